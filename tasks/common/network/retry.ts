import { TaskError, toTaskError, type ErrorCode } from '../errors/task-error.ts';

type Rule =
  /** The network or the service hiccups: exponential backoff with jitter. */
  | 'backoff'
  /** What should not happen at all, and does once: the same waits, a try less. */
  | 'repetition'
  /** A changed credential has not reached every server of Entra yet: a few calm tries. */
  | 'propagation';

const rules: Partial<Readonly<Record<ErrorCode, Rule>>> = {
  NETWORK_NAME_NOT_RESOLVED: 'backoff',
  NETWORK_UNREACHABLE: 'backoff',
  NETWORK_CONNECTION_LOST: 'backoff',
  NETWORK_TIMEOUT: 'backoff',
  PROXY_FAILED: 'backoff',
  PROXY_UNREACHABLE: 'backoff',
  AZURE_DEVOPS_THROTTLED: 'backoff',
  AZURE_DEVOPS_UNAVAILABLE: 'backoff',
  ENTRA_THROTTLED: 'backoff',
  ENTRA_UNAVAILABLE: 'backoff',
  ISSUER_UNREACHABLE: 'backoff',
  RESPONSE_EMPTY: 'repetition',
  // 2 % spurious refusals of an unchanged credential have been measured (kedacore/keda issue 8152);
  // learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations asks for retries.
  FEDERATION_ISSUER_MISMATCH: 'propagation',
  FEDERATION_SUBJECT_MISMATCH: 'propagation',
  FEDERATION_AUDIENCE_MISMATCH: 'propagation',
  FEDERATION_SUBJECT_CASE_MISMATCH: 'propagation',
  FEDERATION_MISMATCH: 'propagation',
  FEDERATION_CREDENTIAL_MISSING: 'propagation',
};
const triesByRule: Readonly<Record<Rule, number>> = { backoff: 4, repetition: 3, propagation: 3 };
const longestBackoffMs = 10_000;
const longestRetryAfterMs = 30_000;

/** Time and chance, so that tests need neither wait nor guess. */
export interface Clock {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** Rejects when the step is cancelled meanwhile. */
  sleep(ms: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

/** Runs an operation, and again where that helps; `what` begins the line that says so. */
export type Retry = <Result>(what: string, operation: () => Promise<Result>) => Promise<Result>;

/** Retries until `deadline` (in the clock's time), and says each wait in one line. */
export function createRetry(clock: Clock, deadline: number, say: (line: string) => void): Retry {
  return async (what, operation) => {
    for (let tries = 1; ; tries++) {
      try {
        return await operation();
      } catch (thrown) {
        const error = toTaskError(thrown);
        const waitMs = toWaitMs(error, tries, clock.random());
        if (waitMs === undefined || clock.now() + waitMs >= deadline) throw withTries(error, tries);
        say(
          `${what} failed (${error.code}); trying again in ${(waitMs / 1000).toFixed(1)} s ` +
            `(try ${tries + 1} of ${triesOf(error)}).`,
        );
        await clock.sleep(waitMs);
      }
    }
  };
}

function triesOf(error: TaskError): number {
  const rule = rules[error.code];
  return rule === undefined ? 1 : triesByRule[rule];
}

/** How long to wait before the next try, in milliseconds; undefined when there is to be none. */
export function toWaitMs(error: TaskError, tries: number, random: number): number | undefined {
  const rule = rules[error.code];
  if (rule === undefined || tries >= triesByRule[rule]) return undefined;
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= longestRetryAfterMs ? error.retryAfterMs : undefined;
  }
  return rule === 'propagation'
    ? 3_000 + 2_000 * random
    : Math.min(longestBackoffMs, 1_000 * 2 ** (tries - 1)) * random;
}

function withTries(error: TaskError, tries: number): TaskError {
  const asked =
    error.retryAfterMs !== undefined && error.retryAfterMs > longestRetryAfterMs
      ? ` The service asks to wait ${Math.ceil(error.retryAfterMs / 1000)} s, longer than this step waits.`
      : '';
  const tried = tries === 1 ? '' : ` (Tried ${tries} times.)`;
  if (asked === '' && tried === '') return error;
  return new TaskError(error.code, `${error.message}${asked}${tried}`, { cause: error });
}
