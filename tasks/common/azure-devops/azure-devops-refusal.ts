import { TaskError, type ErrorCode } from '../errors/task-error.ts';
import { parseJsonObject, textField } from '../text/json.ts';
import type { HttpAnswer } from '../network/send-request.ts';
import { toRetryAfterMs } from '../network/retry-after.ts';
import { neutralise } from '../text/text.ts';

/** What the service says in an error answer, in one line; empty when it says nothing that fits. */
export function toSentence(answer: HttpAnswer): string {
  const fields = parseJsonObject(answer.body);
  // `value` is a text in the odd body {"count":1,"value":"..."} or an object with a Message
  // (dotnet/docker-tools issue 2012).
  const value = fields?.['value'];
  const nested = typeof value === 'object' && value !== null ? { ...value } : undefined;
  const text =
    textField(fields, 'message') ??
    textField(fields, 'Message') ??
    textField(fields, 'value') ??
    textField(nested, 'Message') ??
    textField(nested, 'message') ??
    toTitle(answer.body);
  return neutralise(text);
}

// Some refusals, VS403463 for one, come as a page whose title is the sentence; other titles say nothing.
function toTitle(page: string): string {
  const title = /<title>([^<]{1,600})<\/title>/i.exec(page)?.[1] ?? '';
  return /(?:TF|VS)\d{3,}/i.test(title) ? title : '';
}

/** The ids under which the service's support finds the request. */
export function toTraces(answer: HttpAnswer): string {
  const ids = ['x-vss-e2eid', 'activityid']
    .filter((name) => answer.headers[name] !== undefined)
    .map((name) => `${name}: ${neutralise(answer.headers[name] ?? '')}`);
  return ids.length === 0 ? '' : ` (${ids.join(', ')})`;
}

/** Whether a page to sign in on came in place of an answer: 203, a redirect, or HTML. */
export function isSignInPage(answer: HttpAnswer): boolean {
  const isHtml = /\bhtml\b/i.test(answer.headers['content-type'] ?? '');
  return (
    answer.status === 203 ||
    (answer.status >= 300 && answer.status < 400) ||
    (isHtml && answer.status < 300)
  );
}

/** The code of an answer that tells of too many requests or an outage, whatever was asked. */
export function toOutage(status: number): ErrorCode | undefined {
  if (status === 429) return 'AZURE_DEVOPS_THROTTLED';
  return status === 408 || status >= 500 ? 'AZURE_DEVOPS_UNAVAILABLE' : undefined;
}

/** An answer that is not what was asked for, as the error to show; `what` begins its message. */
export function toRefusal(code: ErrorCode, what: string, answer: HttpAnswer): TaskError {
  return new TaskError(code, `${what} ${describe(code, answer)}${toTraces(answer)}`, {
    retryAfterMs: toRetryAfterMs(answer.headers),
  });
}

function describe(code: ErrorCode, answer: HttpAnswer): string {
  const status = `HTTP status ${answer.status}`;
  if (code === 'OIDC_SIGN_IN_PAGE' || (code === 'VERIFY_TOKEN_REFUSED' && isSignInPage(answer))) {
    return `In place of an answer came a page or an address to sign in at (${status}).`;
  }
  // An answer of the wrong shape may hold anything; only a refusal's words are shown.
  const missing = missingIn[code];
  if (missing !== undefined) return `Azure DevOps answered with ${status}, but ${missing}.`;
  const sentence = toSentence(answer);
  return sentence === ''
    ? `Azure DevOps answered with ${status} and no explanation that can be shown.`
    : `Azure DevOps answered with ${status} and said: ${sentence}`;
}

const missingIn: Partial<Readonly<Record<ErrorCode, string>>> = {
  OIDC_RESPONSE_INVALID: 'the answer holds no token that can be one',
  VERIFY_RESPONSE_INVALID: 'the answer does not say as whom it knows the identity',
};
