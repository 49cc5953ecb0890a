import assert from 'node:assert/strict';
import { TaskError } from '../../../../tasks/common/errors/task-error.ts';
import { readClaims } from '../../../../tasks/common/assertion/claims.ts';
import {
  toBackoffMs,
  toLifeMs,
  toRenewalMs,
  toReserveMs,
  toTimeoutMs,
} from '../../../../tasks/EntraSignIn/EntraSignInV1/src/keeper/life.ts';
import { createJwt } from '../../fixtures.ts';

const seconds = 1000;
const minutes = 60 * seconds;

describe('toLifeMs', () => {
  const now = new Date('2026-12-01T10:00:00Z');
  const at = now.getTime() / 1000;
  const claims = readClaims(createJwt({ iat: at - 3600, exp: at - 3000 }));

  it('goes by the dates of a new assertion, whatever this machine takes for the time', () => {
    assert.equal(toLifeMs(claims, true, now), 10 * minutes);
  });

  it('goes by the end of one that the job brought along', () => {
    assert.equal(toLifeMs(claims, false, now), 0);
    const bound = readClaims(createJwt({ iat: at - 300, exp: at + 300 }));
    assert.equal(toLifeMs(bound, false, now), 5 * minutes);
  });

  it('assumes ten minutes where nothing is said', () => {
    assert.equal(toLifeMs(readClaims(createJwt({})), true, now), 10 * minutes);
    assert.equal(toLifeMs(undefined, true, now), 10 * minutes);
  });
});

describe('toRenewalMs', () => {
  for (const [lifeMs, expected] of [
    [10 * minutes, minutes],
    [5 * minutes, 30 * seconds],
    [20 * seconds, 2 * seconds],
    [5 * seconds, 2 * seconds],
    [0, 2 * seconds],
    [20 * minutes, 2 * minutes],
    [24 * 60 * minutes, 2 * minutes],
  ] as const) {
    it(`is ${expected / 1000} s for a life of ${lifeMs / 1000} s`, () => {
      assert.equal(toRenewalMs(lifeMs), expected);
    });
  }

  it('asks at most 65 times an hour when assertions live ten minutes', () => {
    assert.ok((60 * minutes) / toRenewalMs(10 * minutes) <= 65);
  });
});

describe('toTimeoutMs', () => {
  it('leaves time for several tries before the assertion ends', () => {
    for (const lifeMs of [20 * seconds, minutes, 10 * minutes, 60 * minutes]) {
      assert.ok(toTimeoutMs(lifeMs) * 5 <= lifeMs || toTimeoutMs(lifeMs) === 3 * seconds);
    }
    assert.equal(toTimeoutMs(10 * minutes), 30 * seconds);
  });
});

const asks = (retryAfterMs: number): TaskError =>
  new TaskError('AZURE_DEVOPS_THROTTLED', 'x', { retryAfterMs });

describe('toBackoffMs', () => {
  const error = new TaskError('AZURE_DEVOPS_UNAVAILABLE', 'x');

  it('doubles up to half a minute, with jitter', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 100].map((failures) => toBackoffMs(error, failures, 1) / 1000),
      [4, 8, 16, 30, 30, 30],
    );
    assert.equal(toBackoffMs(error, 100, 0), 2 * seconds);
  });

  it('waits as the service asks, five minutes at most', () => {
    assert.equal(toBackoffMs(asks(20 * seconds), 1, 1), 20 * seconds);
    assert.equal(toBackoffMs(asks(0), 1, 1), 2 * seconds);
    assert.equal(toBackoffMs(asks(60 * minutes), 1, 1), 5 * minutes);
  });
});

describe('toReserveMs', () => {
  it('is five minutes, or a fifth of the life where that is less than 25', () => {
    assert.equal(toReserveMs(80 * minutes), 5 * minutes);
    assert.equal(toReserveMs(25 * minutes), 5 * minutes);
    assert.equal(toReserveMs(20 * minutes), 4 * minutes);
    assert.equal(toReserveMs(30 * seconds), 6 * seconds);
  });
});
