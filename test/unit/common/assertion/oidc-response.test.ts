import assert from 'node:assert/strict';
import { parseOidcResponse } from '../../../../tasks/common/assertion/oidc-response.ts';
import { connectionId, createAnswer, createJwt, failsWith, thrownBy } from '../../fixtures.ts';

const oidcToken = createJwt({ sub: 'x' });
const parse = (status: number, body: string | object) =>
  parseOidcResponse(createAnswer(status, body), connectionId, 'dev.azure.com');

describe('parseOidcResponse', () => {
  it('takes the assertion out of the answer', () => {
    assert.equal(parse(200, { oidcToken }), oidcToken);
  });

  for (const token of [
    undefined,
    null,
    '',
    5,
    'opaque',
    'a.b',
    'a.b.c.d',
    'a..c',
    `${oidcToken}\n`,
    `${oidcToken}\n##vso[task.complete]`,
    `${oidcToken} `,
    `${oidcToken}%0A`,
  ]) {
    it(`takes ${JSON.stringify(token)?.slice(-30) ?? 'nothing'} for no assertion`, () => {
      const error = thrownBy(() => parse(200, { oidcToken: token }));
      failsWith('OIDC_RESPONSE_INVALID', connectionId, 'dev.azure.com')(error);
      assert.doesNotMatch(String(error), /##vso|eyJ/);
    });
  }

  it('shows no token that stands in another field', () => {
    const error = thrownBy(() => parse(200, { message: oidcToken, value: oidcToken }));
    failsWith('OIDC_RESPONSE_INVALID')(error);
    for (const part of oidcToken.split('.')) assert.ok(!String(error).includes(part));
  });

  it('takes no assertion from an answer of another status', () => {
    assert.throws(() => parse(201, { oidcToken }), failsWith('OIDC_RESPONSE_INVALID'));
    assert.throws(() => parse(203, { oidcToken }), failsWith('OIDC_SIGN_IN_PAGE'));
    assert.throws(() => parse(401, { oidcToken }), failsWith('OIDC_UNAUTHORIZED'));
  });
});
