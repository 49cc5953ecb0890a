import { toEntraRefusal } from './entra-refusal.ts';
import { TaskError } from '../errors/task-error.ts';
import { parseJsonObject } from '../text/json.ts';
import type { AccessToken, TokenRequest } from './access-token.ts';
import type { HttpAnswer } from '../network/send-request.ts';

// A token goes into a header, a variable and a log command: the syntax of RFC 6750 section 2.1 only.
const tokenPattern = /^[\w.~+/-]+=*$/;
const longestLifetimeSeconds = 7 * 24 * 3600;

/**
 * The access token of a token endpoint's answer, checked. `arrivedOn` is when the answer came: the
 * lifetime counts from there. Throws the TaskError that says why there is none.
 */
export function parseTokenResponse(
  answer: HttpAnswer,
  request: TokenRequest,
  arrivedOn: Date,
): Pick<AccessToken, 'value' | 'expiresOn'> {
  if (answer.status !== 200) throw toEntraRefusal(answer, request);
  const fields = parseJsonObject(answer.body);
  const value = fields?.['access_token'];
  if (typeof value !== 'string' || !tokenPattern.test(value)) {
    // A 200 with an error inside has been seen from gateways; its words help more than ours.
    if (typeof fields?.['error'] === 'string') throw toEntraRefusal(answer, request);
    throw invalid(request, 'its answer holds no access token');
  }
  const expiresIn = toSeconds(fields?.['expires_in']);
  if (!(expiresIn > 0 && expiresIn <= longestLifetimeSeconds)) {
    throw invalid(request, 'its answer does not say how long the access token lives (expires_in)');
  }
  return {
    value,
    expiresOn: new Date(arrivedOn.getTime() + expiresIn * 1000),
  };
}

// Entra writes a number; gateways and the older endpoint a text of digits.
function toSeconds(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
}

function invalid(request: TokenRequest, what: string): TaskError {
  return new TaskError(
    'ENTRA_RESPONSE_INVALID',
    `Entra (${new URL(request.authorityHost).host}) was asked for an access token for ${request.scope}; ${what}.`,
  );
}
