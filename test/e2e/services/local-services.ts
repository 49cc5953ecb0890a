import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { requestAccessToken, requestAssertion, type ClientAnswer } from '../../local/client.ts';
import type { JobIdentity, ServiceConnection } from '../../local/contract.ts';
import { signAccessToken } from '../../local/services/access-token.ts';
import { aadsts } from '../../local/services/aadsts.ts';
import type { Fault } from '../../local/services/faults.ts';
import { azureDevOpsAppId } from '../../local/services/resource-catalog.ts';
import { startWorld, type NewConnection, type World } from '../../local/world.ts';

export const wif = [
  'contoso-azure',
  'contoso-azure-old-issuer',
  'contoso-devops',
  'fabrikam-government',
  'fabrikam-china',
];
export const projectsUrl = 'https://dev.azure.com/contoso/_apis/projects';

/** The world of the tests of a file; each file has one of its own. */
export let world: World;
/** A job of it that references every connection. */
export let job: JobIdentity;

/** Starts the services for the tests of a file, and puts them right after each. */
export function useLocalServices(): void {
  before(async () => {
    world = await startWorld();
    job = world.newJob();
  });
  afterEach(() => {
    world.faults.clear();
    world.entra.clearFailures();
    world.latency.ms = 0;
    world.azureDevOps.gate.signIn = 'redirect';
  });
  after(() => world.close());
}

export function connectionNamed(name: string): ServiceConnection {
  return world.behind(name).connection;
}

export async function assertionOf(connection: ServiceConnection): Promise<string> {
  const answer = await requestAssertion(world, job, connection);
  assert.equal(answer.status, 200, answer.text);
  return String(answer.json()['oidcToken']);
}

export async function accessTokenOf(
  connection: ServiceConnection,
  resource: string = azureDevOpsAppId,
): Promise<string> {
  const answer = await requestAccessToken(world, connection, await assertionOf(connection), {
    form: { scope: `${resource}/.default` },
  });
  assert.equal(answer.status, 200, answer.text);
  return String(answer.json()['access_token']);
}

/** Asks for an assertion with a fault in the way. */
export function met(fault: Fault, timeoutMs = 5000): Promise<ClientAnswer> {
  world.faults.next({ service: 'azure-devops', path: 'oidctoken', fault });
  return requestAssertion(world, job, connectionNamed('contoso-azure'), { timeoutMs });
}

export function expiredToken(resource: string): Promise<string> {
  const { app, tenant } = world.behind('contoso-azure');
  const objectId = tenant.servicePrincipals.get(app.clientId) ?? '';
  return signAccessToken({ app, tenant, objectId, resource, expiresInSeconds: -10 });
}

/** A connection that only one test bends, and a job that references it. */
export async function newConnection(
  options: Partial<NewConnection> = {},
): Promise<{ name: string; connection: ServiceConnection }> {
  const name = options.name ?? `bent-${String(world.connections.length)}`;
  const connection = await world.addConnection({ ...options, name });
  job = world.newJob();
  return { name, connection };
}

export function assertRefusal(answer: ClientAnswer, code: number): void {
  const body = answer.json();
  assert.deepEqual(body['error_codes'], [code], answer.text);
  assert.match(String(body['error_description']), new RegExp(`^AADSTS${String(code)}: [^{}]+$`));
  assert.equal(answer.status, aadsts[code]?.status);
  assert.equal(body['error'], aadsts[code]?.error);
  assert.equal(String(body['error_uri']).endsWith(`error?code=${String(code)}`), true);
}

/** An agent that trusts the world's CA behind the proxy: only `options` reach the inner TLS. */
export function proxyAgent(world: World): HttpsProxyAgent<string> {
  const agent = new HttpsProxyAgent(world.proxy.url);
  Object.assign(agent.options, { ca: world.authority.certificatePem });
  return agent;
}

export async function curl(world: World, ...options: string[]): Promise<Record<string, unknown>> {
  const trust = ['-sS', '--proxy', world.proxy.url, '--cacert', world.caFile];
  // Revocation lists are Windows' own idea; the local CA has none.
  if (process.platform === 'win32') trust.push('--ssl-no-revoke');
  const { stdout } = await promisify(execFile)('curl', [...trust, ...options]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

export function bearer(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}`, 'x-tfs-fedauthredirect': 'Suppress' } };
}

export function credentialOf(
  world: World,
  name: string,
): { issuer: string; subject: string; audiences: string[] } {
  const [credential] = world.behind(name).app.federatedIdentityCredentials;
  assert.ok(credential);
  return credential;
}

export function uuid(digit: number): string {
  return `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
}
