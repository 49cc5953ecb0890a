import assert from 'node:assert/strict';
import { toMasks } from '../../../../tasks/common/access-token/masks.ts';
import { createJwt } from '../../fixtures.ts';
import { createRandom, toSeed } from '../../random.ts';

/** Which characters of a text the agent would replace: all matches, overlapping ones too. */
function toCovered(text: string, masks: readonly string[]): boolean[] {
  const covered = Array.from({ length: text.length }, () => false);
  for (const mask of masks) {
    for (let at = text.indexOf(mask); at !== -1; at = text.indexOf(mask, at + 1)) {
      covered.fill(true, at, at + mask.length);
    }
  }
  return covered;
}

/** Fails unless all of the base64 is covered but the characters that carry bits of what stands before. */
function assertCovered(before: string, token: string, after = ''): void {
  const encoded = Buffer.from(before + token + after).toString('base64');
  const covered = toCovered(encoded, toMasks(token));
  const bitsBefore = Buffer.byteLength(before) * 8;
  const first = Math.ceil(bitsBefore / 6);
  // With something after, the last character may carry bits of that.
  const bitsOfToken = Buffer.byteLength(token) * 8;
  const end = after === '' ? encoded.length : Math.floor((bitsBefore + bitsOfToken) / 6);
  for (let index = first; index < end; index++) {
    assert.ok(covered[index], `character ${index} of ${encoded} is not masked, after "${before}"`);
  }
}

describe('toMasks', () => {
  const tokens = [0, 1, 2].map((more) => `${createJwt({ oid: 'x' })}${'s'.repeat(more)}`);

  it('begins with the token itself', () => {
    assert.equal(toMasks('some-token')[0], 'some-token');
  });

  for (const user of ['', 'a', 'ab', 'abc', 'abcd', 'x-token-auth', 'git', 'AzureDevOps']) {
    it(`covers the base64 of "${user}:<token>", whatever the length of the token`, () => {
      for (const token of tokens) assertCovered(`${user}:`, token);
    });
  }

  it('covers the base64 of the token alone, and before a line break', () => {
    for (const token of tokens) {
      for (const before of ['', 'a', 'ab']) {
        assertCovered(before, token);
        assertCovered(before, token, '\n');
        assertCovered(before, token, 'more than this');
      }
    }
  });

  it('covers it after a hundred random user names', () => {
    const seed = toSeed();
    const random = createRandom(seed);
    for (let round = 0; round < 100; round++) {
      const user = Array.from({ length: random.below(40) }, () =>
        random.pick(['a', 'Z', '0', '@', '-', 'ü', '€', '.', '+']),
      ).join('');
      const token = Array.from({ length: 40 + random.below(40) }, () =>
        random.pick(['a', 'Z', '7', '_', '-', '.']),
      ).join('');
      try {
        assertCovered(`${user}:`, token);
      } catch (cause) {
        throw new Error(`FUZZ_SEED=${seed}`, { cause });
      }
    }
  });

  it('has no mask so short that it would hide other things', () => {
    for (const token of tokens) {
      for (const mask of toMasks(token)) assert.ok(mask.length >= token.length, mask);
    }
  });
});
