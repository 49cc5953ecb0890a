import assert from 'node:assert/strict';
import { toUsableAssertion } from '../../../../tasks/common/assertion/usable-assertion.ts';
import { createJwt, inSeconds, publicAudience } from '../../fixtures.ts';

const now = new Date('2026-11-24T10:00:00Z');
const bound = (seconds: number, aud: unknown = publicAudience): string =>
  createJwt({ aud, exp: inSeconds(seconds, now.getTime()) });

describe('toUsableAssertion', () => {
  for (const audience of [
    publicAudience,
    'api://AzureADTokenExchangeUSGov',
    'api://AzureADTokenExchangeChina',
  ]) {
    it(`uses one for ${audience} with two minutes to live`, () => {
      const assertion = bound(120, audience);
      assert.equal(toUsableAssertion(assertion, now), assertion);
    });
  }

  it('uses none with less than two minutes to live', () => {
    for (const seconds of [119, 0, -600]) {
      assert.equal(toUsableAssertion(bound(seconds), now), undefined);
    }
  });

  it('uses none for another audience, for several or for none', () => {
    for (const audience of [
      'api://azureadtokenexchange',
      'https://vault.azure.net',
      [publicAudience],
      undefined,
    ]) {
      const assertion = createJwt({ exp: inSeconds(600, now.getTime()), aud: audience });
      assert.equal(toUsableAssertion(assertion, now), undefined);
    }
  });

  it('uses nothing that is no JWT, that says no end, or that a log command could not carry', () => {
    const good = bound(600);
    for (const assertion of [
      undefined,
      '',
      'opaque',
      createJwt({ aud: publicAudience }),
      `${good}\n`,
      `${good}]`,
      `${good}%`,
    ]) {
      assert.equal(toUsableAssertion(assertion, now), undefined);
    }
  });
});
