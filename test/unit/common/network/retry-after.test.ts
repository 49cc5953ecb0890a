import assert from 'node:assert/strict';
import { toRetryAfterMs } from '../../../../tasks/common/network/retry-after.ts';

const now = Date.parse('2026-11-24T10:00:00Z');

describe('toRetryAfterMs', () => {
  for (const [value, expected] of [
    ['0', 0],
    ['7', 7000],
    [' 30 ', 30_000],
    ['999999999', 999_999_999_000],
    ['Tue, 24 Nov 2026 10:00:12 GMT', 12_000],
    ['Tuesday, 24-Nov-26 10:00:12 GMT', 12_000],
    ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['9999999999', undefined],
    ['try 5', undefined],
    ['2026', 2_026_000],
  ] as const) {
    it(`reads "${value}" as ${expected ?? 'nothing'}`, () => {
      assert.equal(toRetryAfterMs({ 'retry-after': value }, now), expected);
    });
  }

  it('reads nothing where there is no header', () => {
    assert.equal(toRetryAfterMs({}), undefined);
  });
});
