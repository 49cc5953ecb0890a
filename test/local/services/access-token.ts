import { randomBytes } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { clouds } from './clouds.ts';
import type { App, Tenant } from './directory.ts';
import { readCredential, type ServiceRequest } from './service-request.ts';
import { signingKey } from './signing-keys.ts';

/** What an access token is issued for. */
export interface AccessTokenRequest {
  readonly app: App;
  readonly tenant: Tenant;
  readonly objectId: string;
  /** The `aud`. */
  readonly resource: string;
  readonly expiresInSeconds: number;
}

/** A token as a resource server judges it. */
export type AccessTokenVerdict =
  | { readonly kind: 'valid'; readonly claims: JWTPayload }
  | { readonly kind: 'missing' | 'malformed' | 'bad-signature' }
  | { readonly kind: 'expired' | 'wrong-audience'; readonly claims: JWTPayload };

/**
 * Signs an access token of version 1, which is what Azure DevOps and most resources receive;
 * claims as in the access token claims reference, opaque ones included for a realistic length.
 */
export async function signAccessToken(request: AccessTokenRequest): Promise<string> {
  const { app, tenant, objectId } = request;
  const now = Math.floor(Date.now() / 1000);
  const issuer = `https://${clouds[tenant.cloud].tokenIssuerHost}/${tenant.id}/`;
  const key = await signingKey('entra');
  return key.sign({
    aud: request.resource,
    iss: issuer,
    iat: now,
    nbf: now,
    exp: now + request.expiresInSeconds,
    aio: opaque(60),
    appid: app.clientId,
    appidacr: '2',
    idp: issuer,
    idtyp: 'app',
    oid: objectId,
    rh: `1.${opaque(60)}.`,
    ...(app.roles.length > 0 ? { roles: app.roles } : {}),
    sub: objectId,
    tid: tenant.id,
    uti: opaque(16),
    ver: '1.0',
    wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
    xms_act_fct: '9 3',
    xms_ftd: opaque(64),
    xms_idrel: '7 24',
    xms_rd: opaque(120),
    xms_sub_fct: '3 9',
    xms_tcdt: 1_500_000_000,
  });
}

/** Judges a token as a resource server does: signature, expiry, audience. */
export async function verifyAccessToken(
  token: string | undefined,
  audiences: readonly string[],
): Promise<AccessTokenVerdict> {
  if (!token) return { kind: 'missing' };
  const key = await signingKey('entra');
  try {
    const { payload } = await jwtVerify(token, key.publicKey, { algorithms: ['RS256'] });
    const audience = String(payload.aud).replace(/\/$/, '');
    return audiences.includes(audience)
      ? { kind: 'valid', claims: payload }
      : { kind: 'wrong-audience', claims: payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { kind: 'expired', claims: error.payload };
    if (error instanceof errors.JWSSignatureVerificationFailed) return { kind: 'bad-signature' };
    return { kind: 'malformed' };
  }
}

/** Judges the token of a request, for a service that knows no Basic. */
export async function verifyBearer(
  request: ServiceRequest,
  audiences: readonly string[],
): Promise<AccessTokenVerdict> {
  const isBearer = request.headers['authorization']?.toLowerCase().startsWith('bearer ');
  return verifyAccessToken(isBearer ? readCredential(request) : undefined, audiences);
}

function opaque(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
