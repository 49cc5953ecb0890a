import { TaskError, type ErrorCode } from '../errors/task-error.ts';
import type { HttpAnswer } from '../network/send-request.ts';
import type { TokenRequest } from './access-token.ts';
import { parseJsonObject, textField } from '../text/json.ts';
import { toRetryAfterMs } from '../network/retry-after.ts';
import { neutralise } from '../text/text.ts';

/**
 * Entra's numbers and what they mean for us. They refine the message only: control flow rests on our
 * codes (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
 */
const codesByNumber: Readonly<Record<number, ErrorCode>> = {
  70021: 'FEDERATION_MISMATCH',
  700211: 'FEDERATION_ISSUER_MISMATCH',
  700212: 'FEDERATION_AUDIENCE_MISMATCH',
  7002121: 'FEDERATION_AUDIENCE_MISMATCH',
  700213: 'FEDERATION_SUBJECT_MISMATCH',
  7002138: 'FEDERATION_SUBJECT_CASE_MISMATCH',
  70025: 'FEDERATION_CREDENTIAL_MISSING',
  700223: 'FEDERATION_BLOCKED_BY_TENANT',
  700238: 'FEDERATION_ISSUER_NOT_ALLOWED',
  7002381: 'FEDERATION_ISSUER_NOT_ALLOWED',
  700016: 'APPLICATION_NOT_FOUND',
  700011: 'APPLICATION_NOT_FOUND',
  7000229: 'SERVICE_PRINCIPAL_MISSING',
  7000112: 'APPLICATION_DISABLED',
  70001: 'APPLICATION_DISABLED',
  70052: 'APPLICATION_NOT_SINGLE_TENANT',
  700025: 'APPLICATION_IS_PUBLIC_CLIENT',
  90002: 'TENANT_NOT_FOUND',
  900023: 'TENANT_IDENTIFIER_INVALID',
  90019: 'TENANT_IDENTIFIER_INVALID',
  // A proxy of the company names the tenants that may be signed in to.
  50002: 'TENANT_RESTRICTED',
  500021: 'TENANT_RESTRICTED',
  500022: 'TENANT_RESTRICTED',
  90038: 'CLOUD_MISMATCH',
  900382: 'CLOUD_MISMATCH',
  900432: 'CLOUD_MISMATCH',
  1000104: 'CLOUD_MISMATCH',
  53003: 'CONDITIONAL_ACCESS_BLOCKED',
  50131: 'CONDITIONAL_ACCESS_BLOCKED',
  700024: 'ASSERTION_EXPIRED',
  700027: 'ASSERTION_SIGNATURE_INVALID',
  50012: 'ASSERTION_SIGNATURE_INVALID',
  50013: 'ASSERTION_INVALID',
  50027: 'ASSERTION_INVALID',
  500133: 'ASSERTION_EXPIRED',
  700222: 'ASSERTION_FROM_ENTRA',
  700231: 'ASSERTION_FROM_ENTRA',
  50166: 'ISSUER_UNREACHABLE',
  90061: 'ISSUER_UNREACHABLE',
  500011: 'RESOURCE_NOT_FOUND',
  50001: 'RESOURCE_NOT_FOUND',
  650054: 'RESOURCE_NOT_FOUND',
  500014: 'RESOURCE_DISABLED',
  50105: 'ROLE_NOT_ASSIGNED',
  650057: 'RESOURCE_NOT_PERMITTED',
  650052: 'RESOURCE_NOT_PERMITTED',
  650056: 'RESOURCE_NOT_PERMITTED',
  70011: 'SCOPE_INVALID',
  1002012: 'SCOPE_INVALID',
  28000: 'SCOPE_INVALID',
  28002: 'SCOPE_INVALID',
  28003: 'SCOPE_INVALID',
  901002: 'SCOPE_INVALID',
  7000215: 'CLIENT_SECRET_REFUSED',
  7000222: 'CLIENT_SECRET_REFUSED',
  50196: 'ENTRA_REQUEST_LOOP',
  // Transient by documentation (reference-error-codes).
  50033: 'ENTRA_UNAVAILABLE',
  90006: 'ENTRA_UNAVAILABLE',
  90012: 'ENTRA_UNAVAILABLE',
  90024: 'ENTRA_UNAVAILABLE',
  90033: 'ENTRA_UNAVAILABLE',
  90090: 'ENTRA_UNAVAILABLE',
  90055: 'ENTRA_THROTTLED',
};

/** What an error answer of the token endpoint says. */
interface EntraError {
  readonly error: string | undefined;
  readonly number: number | undefined;
  /** The sentence after the number, without the ids that follow it. */
  readonly sentence: string;
  readonly correlationId: string | undefined;
  readonly traceId: string | undefined;
  readonly timestamp: string | undefined;
}

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

function parseEntraError(body: string): EntraError | undefined {
  const fields = parseJsonObject(body);
  const text = (name: string): string | undefined => textField(fields, name);
  // Long enough for any that Entra writes; a hostile one must not keep the patterns below busy.
  const description = (text('error_description') ?? '').slice(0, 4000);
  if (text('error') === undefined && description === '') return undefined;
  return {
    error: text('error'),
    number: toNumber(description, fields?.['error_codes']),
    sentence: description.split(/\s*Trace ID:/i, 1)[0] ?? '',
    correlationId: toId(text('correlation_id'), description, 'Correlation ID'),
    traceId: toId(text('trace_id'), description, 'Trace ID'),
    timestamp:
      /^[\d-]{8,10}[ T][\d:.]{5,16}Z?$/.exec(text('timestamp') ?? '')?.[0] ??
      /Timestamp: ([\d-]{8,10}[ T][\d:.]{5,16}Z?)/i.exec(description)?.[1],
  };
}

// From its own field or, when that holds no id, out of the text.
function toId(field: string | undefined, description: string, name: string): string | undefined {
  if (field !== undefined && /^[\w-]{1,64}$/.test(field)) return field;
  return new RegExp(`${name}: ([\\w-]{1,64})`, 'i').exec(description)?.[1];
}

// The text's own number is the more exact one: 7002138 stands there while the list may say 700213.
function toNumber(description: string, codes: unknown): number | undefined {
  const written = /AADSTS(\d{4,9})/.exec(description)?.[1];
  if (written !== undefined) return Number(written);
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined;
  return typeof first === 'number' ? first : undefined;
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
