import { readClaims } from '../../../../common/assertion/claims.ts';
import { TaskError, toTaskError } from '../../../../common/errors/task-error.ts';
import type { Journal } from '../session/status.ts';
import { toBackoffMs, toLifeMs, toRenewalMs, toTimeoutMs } from './life.ts';

/** What it takes to keep an assertion fresh. */
export interface Renewal {
  /** The one that the step got. */
  readonly first: string;
  /** Asks Azure DevOps for a new one; one request, no retries. */
  readonly request: (timeoutMs: number) => Promise<string>;
  /** Puts it where the tools read it. */
  readonly write: (assertion: string) => Promise<void>;
  readonly journal: Journal;
  /** Called after each try. */
  readonly onChange: () => void;
  readonly now: () => Date;
  /** Ends early when the sign-in does. */
  readonly sleep: (ms: number) => Promise<void>;
  /** At least 0, less than 1. */
  readonly random: () => number;
}

/** The assertion of the sign-in, renewed all along. */
export interface Assertions {
  /** The newest one. Throws a TaskError where it has ended and no new one could be had. */
  readonly current: () => string;
  /** Renews until the sign-in ends; resolves earlier when Azure DevOps refuses the job's own token for good. */
  readonly keepRenewed: (signal: AbortSignal) => Promise<void>;
}

/** So many refusals in a row are no accident: a single one has been seen while a service was restarted. */
const refusalsForGood = 3;
const refusals: ReadonlySet<string> = new Set(['OIDC_UNAUTHORIZED', 'OIDC_SIGN_IN_PAGE']);

/** Keeps the assertion of a sign-in fresh. */
export function createAssertions(renewal: Renewal): Assertions {
  const { request, write, journal, now, sleep, random } = renewal;
  let held = renewal.first;
  let endsOn = 0;
  let failure: TaskError | undefined;
  let lifeMs = 0;
  const take = (assertion: string, isNew: boolean): number => {
    lifeMs = toLifeMs(readClaims(assertion), isNew, now());
    held = assertion;
    endsOn = now().getTime() + lifeMs;
    failure = undefined;
    journal.assertionCame(new Date(endsOn));
    return toRenewalMs(lifeMs);
  };
  const firstWaitMs = take(held, false);
  return {
    current() {
      if (now().getTime() < endsOn) return held;
      throw new TaskError(
        failure?.code ?? 'ASSERTION_EXPIRED',
        failure?.message ?? 'The assertion has ended before a new one came.',
        { cause: failure },
      );
    },
    async keepRenewed(signal) {
      let waitMs = firstWaitMs;
      let failures = 0;
      let refused = 0;
      for (;;) {
        await sleep(waitMs);
        if (signal.aborted) return;
        try {
          const assertion = await request(toTimeoutMs(lifeMs));
          waitMs = take(assertion, true);
          await write(assertion);
          failures = 0;
          refused = 0;
        } catch (thrown) {
          if (signal.aborted) return;
          failure = toTaskError(thrown);
          journal.assertionFailed(failure.code);
          refused = refusals.has(failure.code) ? refused + 1 : 0;
          if (refused >= refusalsForGood) return;
          failures += 1;
          waitMs = toBackoffMs(failure, failures, random());
        }
        renewal.onChange();
      }
    },
  };
}
