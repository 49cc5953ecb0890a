import { TaskError, type ErrorCode } from './errors.ts';
import { parseJsonObject, textField } from './json.ts';
import type { HttpAnswer } from './ports.ts';
import { toRetryAfterMs } from './retry-after.ts';
import { neutralise } from './text.ts';

/** What the service says in an error answer, in one line; empty when it says nothing that fits. */
function toSentence(answer: HttpAnswer): string {
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
function toTraces(answer: HttpAnswer): string {
  const ids = ['x-vss-e2eid', 'activityid']
    .filter((name) => answer.headers[name] !== undefined)
    .map((name) => `${name}: ${neutralise(answer.headers[name] ?? '')}`);
  return ids.length === 0 ? '' : ` (${ids.join(', ')})`;
}

/** Whether a page to sign in on came in place of an answer: 203, a redirect, or HTML. */
function isSignInPage(answer: HttpAnswer): boolean {
  const isHtml = /\bhtml\b/i.test(answer.headers['content-type'] ?? '');
  return (
    answer.status === 203 ||
    (answer.status >= 300 && answer.status < 400) ||
    (isHtml && answer.status < 300)
  );
}

function toOutage(status: number): ErrorCode | undefined {
  if (status === 429) return 'AZURE_DEVOPS_THROTTLED';
  return status === 408 || status >= 500 ? 'AZURE_DEVOPS_UNAVAILABLE' : undefined;
}

function refusal(code: ErrorCode, what: string, answer: HttpAnswer): TaskError {
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

/** An answer of the OIDC endpoint that is not a token, as the error to show. */
export function toOidcRefusal(answer: HttpAnswer, connectionId: string, host: string): TaskError {
  return refusal(
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

/** Who called Azure DevOps to verify the access token, for the message. */
export interface VerifiedCaller {
  readonly objectId: string | undefined;
  readonly tenantId: string | undefined;
  readonly organizationUrl: URL;
}

/** An answer to `verify` that is not an identity, as the error to show. */
export function toVerifyRefusal(answer: HttpAnswer, caller: VerifiedCaller): TaskError {
  const who =
    caller.objectId === undefined
      ? 'the identity'
      : `the identity with the object ID ${caller.objectId}`;
  const code = toVerifyCode(answer, caller);
  const address = toAddress(caller.organizationUrl);
  const what = undecided.has(code)
    ? `The access token of ${who} could not be verified at ${address}.`
    : `${address} did not accept the access token of ${who}.`;
  return refusal(code, what + toTenants(answer, caller), answer);
}

/** Nobody judged the access token. */
const undecided: ReadonlySet<ErrorCode> = new Set([
  'AZURE_DEVOPS_THROTTLED',
  'AZURE_DEVOPS_UNAVAILABLE',
  'VERIFY_ORGANIZATION_NOT_FOUND',
  'VERIFY_RESPONSE_INVALID',
]);

const toAddress = (url: URL): string => url.href.replace(/\/$/, '');

// The service names the tenant that the organization is connected to in its challenge.
function toOrganizationTenant(answer: HttpAnswer): string | undefined {
  const challenge = answer.headers['www-authenticate'] ?? '';
  return /authorization_uri="?https:\/\/[^/\s"]+\/([0-9a-f-]{36})/i
    .exec(challenge)?.[1]
    ?.toLowerCase();
}

function isOtherTenant(answer: HttpAnswer, caller: VerifiedCaller): boolean {
  const tenant = toOrganizationTenant(answer);
  const none = '00000000-0000-0000-0000-000000000000';
  return (
    tenant !== undefined &&
    tenant !== none &&
    caller.tenantId !== undefined &&
    tenant !== caller.tenantId.toLowerCase()
  );
}

function toTenants(answer: HttpAnswer, caller: VerifiedCaller): string {
  if (!isOtherTenant(answer, caller)) return '';
  return (
    ` The organization is connected to the tenant ${toOrganizationTenant(answer) ?? ''}, ` +
    `the access token is of the tenant ${caller.tenantId ?? ''}.`
  );
}

function toVerifyCode(answer: HttpAnswer, caller: VerifiedCaller): ErrorCode {
  const outage = toOutage(answer.status);
  const sentence = toSentence(answer);
  if (/\bVS403463\b/.test(sentence)) return 'VERIFY_CONDITIONAL_ACCESS';
  if (outage !== undefined) return outage;
  if (isOtherTenant(answer, caller)) return 'VERIFY_TENANT_MISMATCH';
  if (/\bTF400813\b|\bTF401444\b|has not been materialized/i.test(sentence)) {
    return 'VERIFY_IDENTITY_NOT_IN_ORGANIZATION';
  }
  switch (answer.status) {
    case 401:
      return 'VERIFY_TOKEN_REFUSED';
    case 403:
      return 'VERIFY_ACCESS_DENIED';
    case 404:
      return /\bTF50309\b|\bTF401019\b/.test(sentence)
        ? 'VERIFY_ACCESS_DENIED'
        : 'VERIFY_ORGANIZATION_NOT_FOUND';
    default:
      return isSignInPage(answer) ? 'VERIFY_TOKEN_REFUSED' : 'VERIFY_RESPONSE_INVALID';
  }
}

/** The identity that Azure DevOps answers with when it knows nobody (`connectionData`). */
const anonymousId = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

/** The display name in the answer of `connectionData`; throws when it knows nobody of that token. */
export function parseConnectionData(answer: HttpAnswer, caller: VerifiedCaller): string {
  if (answer.status !== 200) throw toVerifyRefusal(answer, caller);
  const user = parseJsonObject(answer.body)?.['authenticatedUser'];
  const fields = typeof user === 'object' && user !== null ? { ...user } : undefined;
  const id = textField(fields, 'id');
  if (id === undefined) throw toVerifyRefusal(answer, caller);
  if (id.toLowerCase() === anonymousId) {
    throw new TaskError(
      'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
      `${toAddress(caller.organizationUrl)} does not know the identity with the object ID ` +
        `${caller.objectId ?? '(unknown)'}: it answered the access token as it answers anybody${toTraces(answer)}.`,
    );
  }
  const name = textField(fields, 'providerDisplayName') ?? textField(fields, 'customDisplayName');
  return neutralise(name ?? id);
}
