import type { createHttpHeaders, HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import { TaskError, toTaskError } from '../../../../common/errors/task-error.ts';
import type {
  AccessToken,
  ExchangeToken,
  TokenRequest,
} from '../../../../common/access-token/access-token.ts';
import type { HttpAnswer, SendRequest } from '../../../../common/network/send-request.ts';
import { neutralise } from '../../../../common/text/text.ts';
import { parseTokenResponse } from '../../../../common/access-token/token-response.ts';

/**
 * Loads Entra's client library, once. It takes as long as a request, so it is worth doing while one is
 * under way.
 */
export const loadLibrary = async () => import('../libraries/entra.ts');

/**
 * Exchanges the assertion with `ClientAssertionCredential`, over our own HTTP stack: the library's
 * knows no time limit and sends where environment variables say.
 */
export function createExchangeToken(sendRequest: SendRequest): ExchangeToken {
  return async (request) => {
    const { ClientAssertionCredential, createHttpHeaders } = await loadLibrary();
    const bridge = createBridge(sendRequest, request, createHttpHeaders);
    // A new credential each time: after a 5xx the library refuses to work for a minute.
    const credential = new ClientAssertionCredential(
      request.tenantId,
      request.clientId,
      // Asked for twice a token, so it must be at hand.
      async () => request.assertion,
      {
        authorityHost: request.authorityHost,
        disableInstanceDiscovery: true,
        retryOptions: { maxRetries: 0 },
        // Never used, for our HTTP stack has its own; without it the library reads HTTPS_PROXY, and
        // throws where that has no scheme.
        proxyOptions: { host: 'http://proxy.invalid', port: 80 },
        httpClient: bridge,
      },
    );
    let value: string;
    try {
      ({ token: value } = await credential.getToken(request.scope));
    } catch (cause) {
      // The library wraps what went wrong on the wire beyond recognition.
      throw bridge.failure ?? toContradiction(bridge, request) ?? unexpected(request, cause);
    }
    if (value !== bridge.token?.value) throw unexpected(request, undefined);
    return bridge.token;
  };
}

interface Bridge extends HttpClient {
  /** The token of the last answer, checked. */
  token: AccessToken | undefined;
  /** Why there was none. */
  failure: Error | undefined;
}

function createBridge(
  sendRequest: SendRequest,
  request: TokenRequest,
  toHeaders: typeof createHttpHeaders,
): Bridge {
  const authority = `${request.authorityHost}/${request.tenantId}`;
  const bridge: Bridge = {
    token: undefined,
    failure: undefined,
    async sendRequest(message): Promise<PipelineResponse> {
      const toResponse = ({ status, body }: Pick<HttpAnswer, 'status' | 'body'>) => ({
        request: message,
        status,
        headers: toHeaders(),
        bodyAsText: body,
      });
      if (message.method === 'GET') return toResponse(answerFromMemory(message.url, authority));
      try {
        const form = new URLSearchParams(typeof message.body === 'string' ? message.body : '');
        const answer = await sendRequest({
          method: 'POST',
          // Ours, not the library's: a region in the environment would lead the assertion elsewhere.
          url: new URL(`${authority}/oauth2/v2.0/token`),
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            accept: 'application/json',
          },
          body: form.toString(),
        });
        bridge.token = {
          ...parseTokenResponse(answer, request, new Date()),
          correlationId: form.get('client-request-id') ?? undefined,
          requestId: toRequestId(answer),
        };
        return toResponse(answer);
      } catch (failure) {
        bridge.failure = toTaskError(failure);
        throw bridge.failure;
      }
    },
  };
  return bridge;
}

function toRequestId({ headers }: HttpAnswer): string | undefined {
  const id = headers['x-ms-request-id'];
  return id === undefined ? undefined : neutralise(id);
}

// The library asks where the token endpoint is; for the authority hosts of Entra that never changes.
function answerFromMemory(url: string, authority: string): Pick<HttpAnswer, 'status' | 'body'> {
  if (!new URL(url).pathname.endsWith('/.well-known/openid-configuration')) {
    return { status: 404, body: '{}' };
  }
  const metadata = {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  };
  return { status: 200, body: JSON.stringify(metadata) };
}

// A token and an error in one answer, for example: the library takes the answer for a refusal.
function toContradiction({ token }: Bridge, request: TokenRequest): TaskError | undefined {
  if (token === undefined) return undefined;
  return new TaskError(
    'ENTRA_RESPONSE_INVALID',
    `Entra (${new URL(request.authorityHost).host}) was asked for an access token for ${request.scope}; ` +
      'its answer holds one and, against all rules, an error or something else that does not belong there.',
  );
}

function unexpected(request: TokenRequest, cause: unknown): TaskError {
  const kind = cause instanceof Error ? cause.name : 'no answer';
  return new TaskError(
    'INTERNAL_ERROR',
    `The client library of Entra gave up for ${request.scope} without saying what went wrong (${kind}).`,
    { cause },
  );
}
