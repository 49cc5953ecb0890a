import type { SendRequest } from '../network/send-request.ts';
import { neutralise } from '../text/text.ts';
import type { ExchangeToken } from './access-token.ts';
import { parseTokenResponse } from './token-response.ts';

/**
 * Exchanges an assertion at Entra's token endpoint: one form, as in
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow ("Third case: access
 * token request with a federated credential"). `createId` makes the id that finds the request in Entra's logs.
 */
export function createFormExchange(
  sendRequest: SendRequest,
  createId: () => string,
): ExchangeToken {
  return async (request) => {
    const correlationId = createId();
    const answer = await sendRequest({
      method: 'POST',
      url: new URL(`${request.authorityHost}/${request.tenantId}/oauth2/v2.0/token`),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({
        client_id: request.clientId,
        scope: request.scope,
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: request.assertion,
        'client-request-id': correlationId,
      }).toString(),
    });
    const requestId = answer.headers['x-ms-request-id'];
    return {
      ...parseTokenResponse(answer, request, new Date()),
      correlationId,
      requestId: requestId === undefined ? undefined : neutralise(requestId),
    };
  };
}
