import assert from 'node:assert/strict';
import { TaskError, type ErrorCode } from '../../../../tasks/common/errors/task-error.ts';
import { remedies } from '../../../../tasks/common/errors/remedies.ts';
import { createRetry, toWaitMs } from '../../../../tasks/common/network/retry.ts';
import { failsWith } from '../../fixtures.ts';

const backoff: readonly ErrorCode[] = [
  'NETWORK_NAME_NOT_RESOLVED',
  'NETWORK_UNREACHABLE',
  'NETWORK_CONNECTION_LOST',
  'NETWORK_TIMEOUT',
  'PROXY_FAILED',
  'PROXY_UNREACHABLE',
  'AZURE_DEVOPS_THROTTLED',
  'AZURE_DEVOPS_UNAVAILABLE',
  'ENTRA_THROTTLED',
  'ENTRA_UNAVAILABLE',
  'ISSUER_UNREACHABLE',
];
const repetition: readonly ErrorCode[] = ['RESPONSE_EMPTY'];
const propagation: readonly ErrorCode[] = [
  'FEDERATION_ISSUER_MISMATCH',
  'FEDERATION_SUBJECT_MISMATCH',
  'FEDERATION_AUDIENCE_MISMATCH',
  'FEDERATION_SUBJECT_CASE_MISMATCH',
  'FEDERATION_MISMATCH',
  'FEDERATION_CREDENTIAL_MISSING',
];
const never = (Object.keys(remedies) as ErrorCode[]).filter(
  (code) => ![...backoff, ...repetition, ...propagation].includes(code),
);

describe('toWaitMs', () => {
  for (const code of backoff) {
    it(`backs off twice as long each time, at most 10 s, with full jitter, after ${code}`, () => {
      const error = new TaskError(code, 'x');
      assert.deepEqual(
        [1, 2, 3, 4].map((tries) => toWaitMs(error, tries, 0.5)),
        [500, 1000, 2000, undefined],
      );
      assert.equal(toWaitMs(error, 1, 0), 0);
    });
  }

  for (const code of repetition) {
    it(`backs off in the same way, but only twice, after ${code}`, () => {
      const error = new TaskError(code, 'x');
      assert.deepEqual(
        [1, 2, 3].map((tries) => toWaitMs(error, tries, 0.5)),
        [500, 1000, undefined],
      );
    });
  }

  for (const code of propagation) {
    it(`waits 3 to 5 s, twice, after ${code}`, () => {
      const error = new TaskError(code, 'x');
      assert.deepEqual(
        [toWaitMs(error, 1, 0), toWaitMs(error, 2, 0.999), toWaitMs(error, 3, 0)],
        [3000, 4998, undefined],
      );
    });
  }

  it('waits after nothing else', () => {
    for (const code of never) {
      assert.equal(toWaitMs(new TaskError(code, 'x', { retryAfterMs: 1 }), 1, 0), undefined, code);
    }
  });

  it('waits as long as the service asks, up to 30 s, and else not at all', () => {
    for (const [retryAfterMs, expected] of [
      [0, 0],
      [7000, 7000],
      [30_000, 30_000],
      [30_001, undefined],
      [3_600_000, undefined],
    ] as const) {
      const error = new TaskError('ENTRA_THROTTLED', 'x', { retryAfterMs });
      assert.equal(toWaitMs(error, 1, 0.9), expected);
    }
  });
});

/** Runs an operation that fails with these errors in turn and then succeeds, on a clock of its own. */
async function runOnClock(failures: readonly (Error | undefined)[], deadline = 90_000, costMs = 0) {
  const lines: string[] = [];
  const waits: number[] = [];
  let now = 0;
  let tries = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      waits.push(ms);
      now += ms;
    },
    random: () => 0.5,
  };
  const retry = createRetry(clock, deadline, (line) => lines.push(line));
  const outcome = await retry('The request', async () => {
    now += costMs;
    const failure = failures[tries++];
    if (failure !== undefined) throw failure;
    return 'done';
  }).catch((error: unknown) => ({ error }));
  return { lines, waits, tries, outcome };
}

const repeated = (code: ErrorCode, times: number, retryAfterMs?: number): TaskError[] =>
  Array.from({ length: times }, () => new TaskError(code, 'It broke.', { retryAfterMs }));
const errorOf = (outcome: unknown): unknown => (outcome as { readonly error?: unknown }).error;

describe('createRetry', () => {
  it('returns at once what succeeds, and says nothing', async () => {
    assert.deepEqual(await runOnClock([]), { lines: [], waits: [], tries: 1, outcome: 'done' });
  });

  it('comes through three failures, and says each wait in one line', async () => {
    const { lines, waits, outcome } = await runOnClock(repeated('NETWORK_CONNECTION_LOST', 3));
    assert.equal(outcome, 'done');
    assert.deepEqual(waits, [500, 1000, 2000]);
    assert.equal(lines.length, 3);
    for (const [index, part] of [
      '0.5 s (try 2 of 4)',
      '1.0 s (try 3 of 4)',
      '2.0 s (try 4 of 4)',
    ].entries()) {
      assert.ok(lines[index]?.includes(part), lines[index]);
      assert.ok(lines[index]?.startsWith('The request'), lines[index]);
      assert.ok(lines[index]?.includes('NETWORK_CONNECTION_LOST'), lines[index]);
    }
  });

  it('gives up after four tries, and says how many', async () => {
    const { tries, outcome } = await runOnClock(repeated('ENTRA_UNAVAILABLE', 9));
    assert.equal(tries, 4);
    failsWith('ENTRA_UNAVAILABLE', 'It broke.', 'Tried 4 times')(errorOf(outcome));
  });

  it('gives up on a federation mismatch after three tries', async () => {
    const { tries, outcome } = await runOnClock(repeated('FEDERATION_SUBJECT_MISMATCH', 9));
    assert.equal(tries, 3);
    failsWith('FEDERATION_SUBJECT_MISMATCH', 'Tried 3 times')(errorOf(outcome));
  });

  it('tries a refusal once, and passes the very error on', async () => {
    const [refusal] = repeated('APPLICATION_NOT_FOUND', 1);
    const { tries, waits, lines, outcome } = await runOnClock([refusal]);
    assert.deepEqual([tries, waits, lines], [1, [], []]);
    assert.equal(errorOf(outcome), refusal);
  });

  it('honours what the service asks, and says the value where it is too long', async () => {
    assert.deepEqual((await runOnClock(repeated('ENTRA_THROTTLED', 1, 12_000))).waits, [12_000]);
    const { tries, outcome } = await runOnClock(repeated('ENTRA_THROTTLED', 1, 3_600_000));
    assert.equal(tries, 1);
    failsWith('ENTRA_THROTTLED', 'It broke.', '3600 s')(errorOf(outcome));
  });

  it('begins no wait that would end at the time limit or after it', async () => {
    const slow = await runOnClock(repeated('NETWORK_TIMEOUT', 9), 90_000, 30_000);
    assert.equal(slow.tries, 3);
    assert.deepEqual(slow.waits, [500, 1000]);
    const exact = await runOnClock(repeated('ENTRA_THROTTLED', 9, 10_000), 10_000);
    assert.deepEqual([exact.tries, exact.waits], [1, []]);
  });

  it('turns a foreign error into one of ours, and tries it no more', async () => {
    const { tries, outcome } = await runOnClock([new TypeError('secret words')]);
    assert.equal(tries, 1);
    const error = errorOf(outcome);
    failsWith('INTERNAL_ERROR', 'TypeError')(error);
    assert.doesNotMatch(String(error), /secret words/);
  });

  it('stops when the wait is cut short', async () => {
    const cut = new Error('cancelled');
    const clock = { now: () => 0, random: () => 0, sleep: () => Promise.reject(cut) };
    let tries = 0;
    const outcome = createRetry(clock, 1000, () => {})('The request', async () => {
      tries++;
      throw new TaskError('NETWORK_TIMEOUT', 'x');
    });
    await assert.rejects(outcome, cut);
    assert.equal(tries, 1);
  });
});
