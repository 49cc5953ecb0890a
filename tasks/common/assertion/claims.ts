import { parseJsonObject, textField } from '../text/json.ts';

/**
 * What a JWT says of itself, for display and diagnosis only: nothing here is verified, and no decision
 * about trust may rest on it (https://learn.microsoft.com/entra/identity-platform/access-tokens).
 */
export interface Claims {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audience: string | undefined;
  readonly issuedOn: Date | undefined;
  readonly expiresOn: Date | undefined;
  /** A GUID, as is the object id. */
  readonly tenantId: string | undefined;
  readonly objectId: string | undefined;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The claims of a JWT; undefined for anything else. Never throws. */
export function readClaims(jwt: string): Claims | undefined {
  const parts = jwt.split('.');
  if (parts.length !== 3) return undefined;
  const claims = parseJsonObject(fromBase64Url(parts[1] ?? ''));
  if (claims === undefined) return undefined;
  const text = (name: string): string | undefined => textField(claims, name);
  // Ids go into the log and into variables, so nothing but an id passes for one.
  const id = (name: string): string | undefined =>
    guid.test(text(name) ?? '') ? text(name) : undefined;
  // Seconds since 1970 (RFC 7519 section 2); beyond the second number no date begins.
  const date = (name: string): Date | undefined => {
    const seconds = claims[name];
    return typeof seconds === 'number' && Math.abs(seconds) < 8.64e12
      ? new Date(seconds * 1000)
      : undefined;
  };
  return {
    issuer: text('iss'),
    subject: text('sub'),
    audience: text('aud'),
    issuedOn: date('iat'),
    expiresOn: date('exp'),
    tenantId: id('tid'),
    objectId: id('oid'),
  };
}

// Empty, and so no JSON, where it cannot be decoded.
function fromBase64Url(text: string): string {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(
      Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    );
  } catch {
    return '';
  }
}
