import { request as httpRequest } from 'node:http';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import type { JobIdentity, ServiceConnection } from './contract.ts';
import type { World } from './world.ts';

/** One request to a public host name of a world. */
export interface ClientRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Straight to the TLS port instead of through the proxy. */
  readonly isDirect?: boolean;
  /** Proxy-Authorization; the world's own credentials by default, none with an empty string. */
  readonly proxyAuthorization?: string;
  /** Gives up after this time; 5 seconds. */
  readonly timeoutMs?: number;
}

/** What came back, undecoded. */
export interface ClientAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  json(): Record<string, unknown>;
}

/** A plain HTTPS client on Node's own modules: through the world's proxy, trusting its CA. */
export async function send(
  world: World,
  address: string,
  options: ClientRequest = {},
): Promise<ClientAnswer> {
  const url = new URL(address);
  const signal = AbortSignal.timeout(options.timeoutMs ?? 5000);
  const socket = options.isDirect
    ? undefined
    : await openTunnel(world, url.hostname, options.proxyAuthorization, signal);
  const connection = connect({
    ...(socket ? { socket } : { host: '127.0.0.1', port: world.server.port }),
    servername: url.hostname,
    ca: world.authority.certificatePem,
  });
  const agent = new Agent();
  agent.createConnection = () => connection;
  try {
    return await new Promise<ClientAnswer>((resolve, reject) => {
      connection.on('error', reject);
      const outgoing = request(
        url,
        { agent, method: options.method ?? 'GET', headers: options.headers, signal },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const body = Buffer.concat(chunks);
            const text = body.toString('utf8');
            const { statusCode: status = 0, headers } = incoming;
            const json = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
            resolve({ status, headers, body, text, json });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(options.body);
    });
  } finally {
    connection.destroy();
  }
}

/** Opens a tunnel through the proxy; a refusal rejects with the status in the message. */
export function openTunnel(
  world: World,
  host: string,
  authorization = proxyAuthorization(world),
  signal?: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port: world.proxy.port,
      method: 'CONNECT',
      path: `${host}:443`,
      headers: authorization ? { 'proxy-authorization': authorization } : {},
      ...(signal ? { signal } : {}),
    });
    outgoing.on('error', reject);
    outgoing.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      const challenge = response.headers['proxy-authenticate'] ?? '';
      return reject(new Error(`CONNECT ${String(response.statusCode)} ${challenge}`.trim()));
    });
    outgoing.end();
  });
}

/** The address that the service would put into `System.OidcRequestUri`. */
export function oidcRequestUri(
  job: JobIdentity,
  collection = `https://dev.azure.com/${job.organization}`,
): string {
  return `${collection}/${job.projectId}/_apis/distributedtask/hubs/${job.hub}/plans/${job.planId}/jobs/${job.jobId}/oidctoken`;
}

/** Asks Azure DevOps for the assertion of a connection, as the task does. */
export function requestAssertion(
  world: World,
  job: JobIdentity,
  connection: ServiceConnection,
  options: ClientRequest = {},
): Promise<ClientAnswer> {
  return send(
    world,
    `${oidcRequestUri(job)}?api-version=7.1&serviceConnectionId=${connection.id}`,
    {
      method: 'POST',
      ...options,
      headers: {
        authorization: `Bearer ${job.accessToken}`,
        'content-type': 'application/json',
        'x-tfs-fedauthredirect': 'Suppress',
        ...options.headers,
      },
    },
  );
}

/** A token request that a test bends. */
export interface TokenRequest {
  readonly host?: string;
  readonly tenant?: string;
  /** Form fields; undefined leaves one out. */
  readonly form?: Readonly<Record<string, string | undefined>>;
  readonly client?: ClientRequest;
}

/** Asks Entra for an access token, by default for Azure DevOps, as the task does. */
export function requestAccessToken(
  world: World,
  connection: ServiceConnection,
  assertion: string,
  options: TokenRequest = {},
): Promise<ClientAnswer> {
  const { parameters } = connection.authorization;
  const authority =
    connection.data['activeDirectoryAuthority'] ?? 'https://login.microsoftonline.com/';
  const form: Record<string, string | undefined> = {
    grant_type: 'client_credentials',
    client_id: parameters['serviceprincipalid'] ?? parameters['ServicePrincipalId'],
    scope: '499b84ac-1321-427f-aa17-267ca6975798/.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...options.form,
  };
  const fields = Object.entries(form).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  const host = options.host ?? new URL(authority).host;
  const tenant = options.tenant ?? parameters['tenantid'] ?? parameters['TenantId'] ?? '';
  return send(world, `https://${host}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
    ...options.client,
  });
}

function proxyAuthorization({ proxy }: World): string {
  if (proxy.username === undefined) return '';
  const pair = `${proxy.username}:${proxy.password ?? ''}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
