import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

/** Whose key it is; the stranger's is published nowhere. */
export type KeyOwner = 'entra' | 'azure-devops' | 'stranger';

/** An RSA key that signs tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly publicKey: CryptoKey;
  /** As the owner's JWKS publishes it. */
  readonly publicJwk: JWK;
  /** Signs a JWT with RS256; `kid` can be forged. */
  sign(claims: JWTPayload, kid?: string): Promise<string>;
}

const keys = new Map<KeyOwner, Promise<SigningKey>>();

/** The owner's key, made once per process, because RSA keys are what takes time at start. */
export function signingKey(owner: KeyOwner): Promise<SigningKey> {
  let key = keys.get(owner);
  if (!key) {
    key = createKey();
    keys.set(owner, key);
  }
  return key;
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    publicKey,
    publicJwk: { ...jwk, kid, use: 'sig', alg: 'RS256' },
    sign: (claims, forgedKid) =>
      new SignJWT(claims)
        .setProtectedHeader({
          typ: 'JWT',
          alg: 'RS256',
          x5t: forgedKid ?? kid,
          kid: forgedKid ?? kid,
        })
        .sign(privateKey),
  };
}
