import { TaskError, type ErrorCode } from '../errors/task-error.ts';
import type { HttpAnswer } from '../network/send-request.ts';
import type { TokenRequest } from './access-token.ts';
import { codesByNumber } from './entra-codes.ts';
import { parseEntraError, type EntraError } from './entra-error.ts';
import { toRetryAfterMs } from '../network/retry-after.ts';
import { neutralise } from '../text/text.ts';

/** An answer of the token endpoint that is not a token, as the error to show. */
export function toEntraRefusal(answer: HttpAnswer, request: TokenRequest): TaskError {
  const refusal = parseEntraError(answer.body);
  const code = toCode(answer.status, refusal);
  const what =
    `Entra (${new URL(request.authorityHost).host}) gave no access token for ${request.scope} ` +
    `to the application ${request.clientId} in the tenant ${request.tenantId}. `;
  const said =
    refusal === undefined
      ? `It answered with HTTP status ${answer.status} and no explanation that can be shown.`
      : `It said: ${describe(refusal)}`;
  // A gateway's page has no ids in it, but often this header.
  const requestId = refusal?.traceId === undefined ? answer.headers['x-ms-request-id'] : undefined;
  const trace = requestId === undefined ? '' : ` (x-ms-request-id: ${neutralise(requestId)})`;
  const link =
    code === 'ENTRA_REQUEST_REJECTED' && refusal?.number !== undefined
      ? ` More about it: https://login.microsoftonline.com/error?code=${refusal.number}`
      : '';
  return new TaskError(code, what + said + trace + link, {
    retryAfterMs: toRetryAfterMs(answer.headers),
  });
}

function toCode(status: number, refusal: EntraError | undefined): ErrorCode {
  const known = refusal?.number === undefined ? undefined : codesByNumber[refusal.number];
  if (known !== undefined) return known;
  if (status === 429) return 'ENTRA_THROTTLED';
  if (status === 408 || status >= 500 || refusal?.error === 'temporarily_unavailable') {
    return 'ENTRA_UNAVAILABLE';
  }
  if (refusal === undefined) return 'ENTRA_RESPONSE_INVALID';
  return refusal.error === 'invalid_scope' ? 'SCOPE_INVALID' : 'ENTRA_REQUEST_REJECTED';
}

function describe(refusal: EntraError): string {
  const number = refusal.number === undefined ? '' : `AADSTS${refusal.number}`;
  const sentence = neutralise(refusal.sentence);
  const error = neutralise(refusal.error ?? '');
  const said = sentence.includes(number) ? sentence : `${number} ${sentence}`.trim();
  const ids = [
    ['Correlation ID', refusal.correlationId],
    ['Trace ID', refusal.traceId],
    ['Timestamp', refusal.timestamp],
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${neutralise(value ?? '')}`);
  return `${said === '' ? error : said}${ids.length === 0 ? '' : ` (${ids.join(', ')})`}`;
}
