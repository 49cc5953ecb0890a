import { HttpsProxyAgent } from 'https-proxy-agent';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Endpoint } from './endpoint.ts';

/** How the agent gets to the services. */
export interface FederatedWay {
  /** Where the job asks for assertions. */
  readonly oidcUrl: string;
  readonly jobToken: string;
  readonly proxyUrl?: string | undefined;
  readonly caFile?: string | undefined;
}

/** Application ID of Azure DevOps, which the agent's own tokens are for. */
const scope = '499b84ac-1321-427f-aa17-267ca6975798/.default';

/**
 * The access token that the agent itself gets for a service connection of a repository: assertion, then exchange
 * (`Agent.Plugins/GitSourceProvider.cs`, GetWISCToken). Throws without the answer's body.
 */
export async function requestFederatedToken(
  { id = '', authorization: { parameters } }: Endpoint,
  way: FederatedWay,
): Promise<string> {
  const { oidcToken } = await post(
    `${way.oidcUrl}?api-version=7.1&serviceConnectionId=${id}`,
    { Authorization: `Bearer ${way.jobToken}`, 'Content-Type': 'application/json' },
    '',
    way,
  );
  const form = new URLSearchParams({
    client_id: find(parameters, 'serviceprincipalid'),
    client_assertion: String(oidcToken),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    grant_type: 'client_credentials',
    scope,
  });
  const tenant = find(parameters, 'tenantid');
  const { access_token: token } = await post(
    `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    form.toString(),
    way,
  );
  return String(token);
}

function find(parameters: Readonly<Record<string, string>>, key: string): string {
  return Object.entries(parameters).find(([name]) => name.toLowerCase() === key)?.[1] ?? '';
}

async function post(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { proxyUrl, caFile }: FederatedWay,
): Promise<Readonly<Record<string, unknown>>> {
  const ca = caFile === undefined ? undefined : await readFile(caFile);
  const agent = proxyUrl === undefined ? new Agent({ ca }) : new HttpsProxyAgent(proxyUrl, { ca });
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  const answer = await new Promise<{ readonly status: number; readonly body: string }>(
    (resolve, reject) => {
      const outgoing = request(
        address,
        { method: 'POST', agent, ca, headers: { ...headers, ...length } },
        (incoming) => {
          text(incoming).then(
            (content) => resolve({ status: incoming.statusCode ?? 0, body: content }),
            reject,
          );
        },
      );
      outgoing.once('error', reject).end(body);
    },
  );
  if (answer.status !== 200) {
    throw new Error(`${new URL(address).host} answered with HTTP status ${answer.status}.`);
  }
  return JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
}
