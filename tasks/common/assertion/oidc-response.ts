import {
  isSignInPage,
  toOutage,
  toRefusal,
  toSentence,
} from '../azure-devops/azure-devops-refusal.ts';
import type { ErrorCode, TaskError } from '../errors/task-error.ts';
import { parseJsonObject, textField } from '../text/json.ts';
import type { HttpAnswer } from '../network/send-request.ts';

// Three segments of base64url: what a JWT in compact form is (RFC 7519 section 3).
const jwtPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * The assertion in an answer of the OIDC endpoint, `{"oidcToken":"<JWT>"}`
 * (learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create). Throws the TaskError
 * that says why there is none.
 */
export function parseOidcResponse(answer: HttpAnswer, connectionId: string, host: string): string {
  const token = textField(parseJsonObject(answer.body), 'oidcToken');
  if (answer.status === 200 && token !== undefined && jwtPattern.test(token)) return token;
  throw toOidcRefusal(answer, connectionId, host);
}

/** An answer of the OIDC endpoint that is not a token, as the error to show. */
export function toOidcRefusal(answer: HttpAnswer, connectionId: string, host: string): TaskError {
  return toRefusal(
    toOidcCode(answer),
    `${host} gave no assertion (OIDC token) for the service connection ${connectionId}.`,
    answer,
  );
}

function toOidcCode(answer: HttpAnswer): ErrorCode {
  const outage = toOutage(answer.status);
  if (outage !== undefined) return outage;
  // Answered with various statuses, so its words count.
  if (/no explicit reference to service connection/i.test(toSentence(answer))) {
    return 'OIDC_CONNECTION_NOT_REFERENCED';
  }
  if (isSignInPage(answer)) return 'OIDC_SIGN_IN_PAGE';
  switch (answer.status) {
    case 401:
      return 'OIDC_UNAUTHORIZED';
    case 403:
      return 'OIDC_FORBIDDEN';
    case 404:
      return 'OIDC_NOT_FOUND';
    default:
      return answer.status < 300 ? 'OIDC_RESPONSE_INVALID' : 'OIDC_REQUEST_REJECTED';
  }
}
