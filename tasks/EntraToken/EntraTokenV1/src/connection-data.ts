import {
  isSignInPage,
  toOutage,
  toRefusal,
  toSentence,
  toTraces,
} from '../../../common/azure-devops/azure-devops-refusal.ts';
import { TaskError, type ErrorCode } from '../../../common/errors/task-error.ts';
import { parseJsonObject, textField } from '../../../common/text/json.ts';
import type { HttpAnswer } from '../../../common/network/send-request.ts';
import { neutralise } from '../../../common/text/text.ts';

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
  return toRefusal(code, what + toTenants(answer, caller), answer);
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
