import { parseOidcResponse } from './oidc-response.ts';
import type { RequestAssertion } from './request-assertion.ts';
import type { HttpRequest, SendRequest } from '../network/send-request.ts';

/**
 * Asks for the assertion at `System.OidcRequestUri`: an empty POST with the job's own token
 * (learn.microsoft.com/azure/devops/release-notes/2024/sprint-240-update).
 */
export async function requestAssertionAt(
  sendRequest: SendRequest,
  requestUri: URL,
  { connectionId, jobToken }: Omit<Parameters<RequestAssertion>[0], 'address'>,
  options: Pick<HttpRequest, 'onSent' | 'timeoutMs'> = {},
): Promise<string> {
  const url = new URL(requestUri);
  url.searchParams.set('api-version', '7.1');
  url.searchParams.set('serviceConnectionId', connectionId);
  const answer = await sendRequest({
    method: 'POST',
    url,
    headers: {
      Authorization: `Bearer ${jobToken}`,
      'Content-Type': 'application/json',
      Accept: 'application/json',
      // A 401 in place of a redirect to the sign-in page.
      'X-TFS-FedAuthRedirect': 'Suppress',
    },
    ...options,
  });
  return parseOidcResponse(answer, connectionId, url.host);
}
