import { toOidcRefusal } from './azure-devops-refusal.ts';
import { parseJsonObject, textField } from './json.ts';
import type { HttpAnswer } from './ports.ts';

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
