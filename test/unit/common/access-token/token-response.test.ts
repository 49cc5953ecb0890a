import assert from 'node:assert/strict';
import { parseTokenResponse } from '../../../../tasks/common/access-token/token-response.ts';
import { createAnswer, createJwt, failsWith, thrownBy, tokenRequest } from '../../fixtures.ts';

const arrivedOn = new Date('2026-11-24T10:00:00Z');
const access_token = createJwt({ oid: 'x' });
const parse = (status: number, body: string | object) =>
  parseTokenResponse(createAnswer(status, body), tokenRequest, arrivedOn);

describe('parseTokenResponse', () => {
  for (const [expires_in, expiresOn] of [
    [3599, '2026-11-24T10:59:59.000Z'],
    ['3599', '2026-11-24T10:59:59.000Z'],
    [1, '2026-11-24T10:00:01.000Z'],
    [86_400, '2026-11-25T10:00:00.000Z'],
  ] as const) {
    it(`counts an expires_in of ${JSON.stringify(expires_in)} from the arrival`, () => {
      const { value, expiresOn: end } = parse(200, { access_token, expires_in });
      assert.equal(value, access_token);
      assert.equal(end.toISOString(), expiresOn);
    });
  }

  it('takes an opaque token', () => {
    const opaque = 'EwB4A8l6-._~+/abc==';
    assert.equal(parse(200, { access_token: opaque, expires_in: 1 }).value, opaque);
  });

  for (const expires_in of [
    undefined,
    null,
    0,
    -1,
    '',
    '0',
    '-5',
    'x',
    '1e3',
    ' 5',
    true,
    [3599],
    {},
    1e12,
  ]) {
    it(`takes an expires_in of ${JSON.stringify(expires_in) ?? 'nothing'} for an invalid answer`, () => {
      const error = thrownBy(() => parse(200, { access_token, expires_in }));
      failsWith('ENTRA_RESPONSE_INVALID', 'expires_in', tokenRequest.scope)(error);
      assert.ok(!String(error).includes(access_token));
    });
  }

  for (const token of [
    undefined,
    null,
    '',
    5,
    {},
    'a b',
    'a\nb',
    `${access_token}\n##vso[task.complete]`,
    '##vso[task.complete]',
    'a%0Ab',
    'a$(b)',
    'tökén',
  ]) {
    it(`takes ${JSON.stringify(token)?.slice(-30) ?? 'nothing'} for no access token`, () => {
      const error = thrownBy(() => parse(200, { access_token: token, expires_in: 3599 }));
      failsWith('ENTRA_RESPONSE_INVALID', 'no access token', 'login.microsoftonline.com')(error);
      assert.doesNotMatch(String(error), /##vso|eyJ/);
    });
  }

  for (const body of ['', '{', '[]', 'null', '"x"', '<html>', '{"access_token":']) {
    it(`takes the body ${body || 'of no length'} for an invalid answer`, () => {
      assert.throws(() => parse(200, body), failsWith('ENTRA_RESPONSE_INVALID'));
    });
  }

  it('says what an error inside a good status says', () => {
    assert.throws(
      () => parse(200, { error: 'x', error_description: 'AADSTS700016: Gone.' }),
      failsWith('APPLICATION_NOT_FOUND', 'Gone.'),
    );
  });

  it('takes no token from an answer of another status', () => {
    for (const status of [201, 203, 302, 400, 500]) {
      assert.throws(() => parse(status, { access_token, expires_in: 3599 }), /./);
    }
  });
});
