import type { ClientApiBase } from 'azure-devops-node-api/ClientApiBases.js';
import { readClaims } from '../../../../common/assertion/claims.ts';
import { parseConnectionData, toVerifyRefusal, type VerifiedCaller } from '../connection-data.ts';
import { parseOidcResponse, toOidcRefusal } from '../../../../common/assertion/oidc-response.ts';
import { isWithin, toOrganization } from '../../../../common/job/organization.ts';
import type {
  HttpAnswer,
  HttpRequest,
  SendRequest,
} from '../../../../common/network/send-request.ts';
import type {
  OidcAddress,
  RequestAssertion,
} from '../../../../common/assertion/request-assertion.ts';
import type { VerifyToken } from '../verify-token.ts';

/** Where the REST client asks for an assertion: parts from which it builds the address. */
export type JobAddress = Extract<OidcAddress, { kind: 'job' }>;

/**
 * Asks for the assertion where the job has no `System.OidcRequestUri`: the REST client looks the route
 * up, then posts to it.
 */
export async function requestAssertionByJob(
  sendRequest: SendRequest,
  address: JobAddress,
  { connectionId, jobToken }: Omit<Parameters<RequestAssertion>[0], 'address'>,
): Promise<string> {
  const { TaskApi } = await import('../libraries/azure-devops.ts');
  const { collectionUrl, projectId, hub, planId, jobId } = address;
  const api = new TaskApi(collectionUrl.href, []);
  const { host } = collectionUrl;
  const answer = await call(
    api,
    {
      sendRequest,
      token: jobToken,
      baseUrl: collectionUrl,
      toRefusal: (refused) => toOidcRefusal(refused, connectionId, host),
    },
    async () => api.createOidcToken({}, projectId, hub, planId, jobId, connectionId),
  );
  return parseOidcResponse(answer, connectionId, host);
}

/** Calls `connectionData` with the access token: it tells as whom Azure DevOps knows the caller. */
export function createVerifyToken(sendRequest: SendRequest): VerifyToken {
  return async ({ organizationUrl, accessToken }) => {
    const { LocationsApi } = await import('../libraries/azure-devops.ts');
    const api = new LocationsApi(organizationUrl.href, []);
    const claims = readClaims(accessToken);
    const caller: VerifiedCaller = {
      organizationUrl,
      objectId: claims?.objectId,
      tenantId: claims?.tenantId,
    };
    const answer = await call(
      api,
      {
        sendRequest,
        token: accessToken,
        baseUrl: organizationUrl,
        toRefusal: (refused) => toVerifyRefusal(refused, caller),
      },
      async () => api.getConnectionData(),
    );
    return parseConnectionData(answer, caller);
  };
}

interface Wire {
  readonly sendRequest: SendRequest;
  readonly token: string;
  readonly baseUrl: URL;
  readonly toRefusal: (answer: HttpAnswer) => Error;
}

/**
 * Makes one call of the REST client over our own HTTP stack and returns its last answer. The library
 * builds addresses and negotiates versions; left to itself it would follow redirects with the token,
 * hang on a broken answer and turn a 404 or a sign-in page into `null`.
 */
async function call(
  api: ClientApiBase,
  { sendRequest, token, baseUrl, toRefusal }: Wire,
  operation: () => Promise<unknown>,
): Promise<HttpAnswer> {
  let last: HttpAnswer | undefined;
  let failure: unknown;
  const home = toOrganization(baseUrl);
  const request = async (
    method: HttpRequest['method'],
    address: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<{ message: object; readBody: () => Promise<string> }> => {
    try {
      const url = new URL(address);
      // The route comes out of an answer; the token must not follow it elsewhere.
      if (last !== undefined && (home === undefined || !isWithin(url, home))) throw toRefusal(last);
      const answer = await sendRequest({ method, url, headers: withBearer(headers, token), body });
      last = answer;
      if (answer.status !== 200) throw toRefusal(answer);
      return {
        message: { statusCode: answer.status, headers: answer.headers },
        readBody: async () => answer.body,
      };
    } catch (cause) {
      failure = cause;
      throw cause;
    }
  };
  api.rest.client = {
    options: async (url: string, headers?: Record<string, string>) =>
      request('OPTIONS', url, headers),
    get: async (url: string, headers?: Record<string, string>) => request('GET', url, headers),
    post: async (url: string, body: string, headers?: Record<string, string>) =>
      request('POST', url, headers, body),
  } as unknown as typeof api.rest.client;
  try {
    await operation();
  } catch (cause) {
    // Without a failure of ours the library did not understand the answer it got.
    throw failure ?? (last === undefined ? cause : toRefusal(last));
  }
  if (last === undefined) throw new TypeError('The REST client made no request.');
  return last;
}

function withBearer(
  headers: Readonly<Record<string, string>>,
  token: string,
): Record<string, string> {
  return {
    ...headers,
    Authorization: `Bearer ${token}`,
    // A 401 in place of a redirect to the sign-in page.
    'X-TFS-FedAuthRedirect': 'Suppress',
  };
}
