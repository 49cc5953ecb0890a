import type { Endpoint } from './endpoint.ts';
import type { Masker } from './masker.ts';
import type { JobVariable } from './variables.ts';

/** Authorization parameters that are not masked (`AS/Util/MaskingUtil.cs:14-44`), in lower case. */
const openParameters = new Set([
  'role',
  'scope',
  'tenantid',
  'issuedat',
  'expiresat',
  'audience',
  'authenticationtype',
  'authorizationtype',
  'accesstokentype',
  'accesstokenfetchingmethod',
  'usewindowssecurity',
  'unsecured',
  'oauthaccesstokenissupplied',
  'completecallbackpayload',
  'acceptuntrustedcertificates',
]);

/** Registers what the worker knows to be secret before the first step (`AW/Worker.cs:152-260`). */
export function registerInitialSecrets(
  masker: Masker,
  variables: readonly JobVariable[],
  endpoints: readonly Endpoint[],
): void {
  for (const { value, secret } of variables) {
    if (secret !== true || value.trim() === '') continue;
    // Only variables of the job message are masked in base64 too; those that a step sets are not.
    for (const form of [value, Buffer.from(value, 'utf8').toString('base64')]) {
      masker.add(form);
      masker.add(form.replace(/^['"]+|['"]+$/g, ''));
      masker.add(form.replace(/^[\r\n ]+|[\r\n ]+$/g, ''));
      masker.add(escapeLineBreaks(form.replaceAll('%', '%AZP25')));
      masker.add(escapeLineBreaks(form));
    }
  }
  for (const { authorization } of endpoints) {
    for (const [name, value] of Object.entries(authorization.parameters)) {
      if (!openParameters.has(name.toLowerCase())) masker.add(value);
    }
  }
}

function escapeLineBreaks(value: string): string {
  return value.replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
