import assert from 'node:assert/strict';
import { readClaims } from '../../../../tasks/common/assertion/claims.ts';
import { createJwt, objectId, tenantId } from '../../fixtures.ts';

const nothing = {
  issuer: undefined,
  subject: undefined,
  audience: undefined,
  issuedOn: undefined,
  expiresOn: undefined,
  tenantId: undefined,
  objectId: undefined,
};

describe('readClaims', () => {
  it('reads what a JWT says', () => {
    const jwt = createJwt({
      iss: 'https://issuer.example/ü',
      sub: 'sc://contoso/Prüfung/€',
      aud: 'api://x',
      iat: 1_799_999_400,
      exp: 1_800_000_000,
      tid: tenantId,
      oid: objectId,
    });
    assert.deepEqual(readClaims(jwt), {
      issuer: 'https://issuer.example/ü',
      subject: 'sc://contoso/Prüfung/€',
      audience: 'api://x',
      issuedOn: new Date(1_799_999_400_000),
      expiresOn: new Date(1_800_000_000_000),
      tenantId,
      objectId,
    });
  });

  it('reads base64url, in which "-" and "_" stand', () => {
    const subject = '>>>???~~~ÿÿÿ';
    const jwt = createJwt({ sub: subject, iss: '>>>>???????' });
    assert.match(jwt, /[-_]/);
    assert.equal(readClaims(jwt)?.subject, subject);
  });

  it('leaves out what is missing or of another type', () => {
    assert.deepEqual(readClaims(createJwt({})), nothing);
    assert.deepEqual(
      readClaims(
        createJwt({ iss: 1, sub: '', aud: ['x'], exp: '1800000000', tid: null, oid: { a: 1 } }),
      ),
      nothing,
    );
  });

  it('takes only GUIDs for ids, because they are printed', () => {
    for (const id of ['x', `${objectId}\n##vso[task.complete]`, `${objectId} `, '##[error]x']) {
      assert.deepEqual(readClaims(createJwt({ tid: id, oid: id })), nothing);
    }
  });

  it('knows no date beyond what a date can hold', () => {
    for (const exp of [8.64e12, -8.64e12, 1e300]) {
      assert.equal(readClaims(createJwt({ exp }))?.expiresOn, undefined);
    }
    assert.equal(readClaims(createJwt({ exp: 0 }))?.expiresOn?.getTime(), 0);
  });

  for (const text of [
    '',
    'opaque',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    '..',
    'a.!!.c',
    'a.bnVsbA.c',
    'a.W10.c',
  ]) {
    it(`finds no JWT in "${text}"`, () => {
      assert.equal(readClaims(text), undefined);
    });
  }
});
