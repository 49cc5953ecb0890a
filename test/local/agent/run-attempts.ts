import type { ProcessEnd } from './process.ts';
import type { TaskResult } from './results.ts';
import type { StepContext } from './step-context.ts';

/** Why a step is being stopped. */
export type StopReason = 'canceled' | 'timeout';

/** How attempts are made and judged. */
export interface AttemptOptions {
  readonly retryCount: number;
  /** Wait before the retry with this number, from 0; in milliseconds. */
  readonly retryDelayMs: (retry: number) => number;
  /** Aborted with a {@link StopReason}. */
  readonly signal: AbortSignal;
  readonly runOnce: () => Promise<ProcessEnd>;
  /** The error of an exit code other than 0. */
  readonly explainExit: (exitCode: number) => string;
}

/** More retries than that are cut off (`AW/TaskRunner.cs:58`). */
const retryLimit = 10;

/** Runs the process of a step, again where the step allows it, and sets the step's result (`AW/StepsRunner.cs:366-486`). */
export async function runAttempts(
  context: StepContext,
  options: AttemptOptions,
): Promise<{ readonly end: ProcessEnd; readonly attempts: number }> {
  const { signal } = options;
  let { retryCount } = options;
  if (retryCount > retryLimit) {
    context.warning(
      `The maximum allowed number of attempts is ${retryLimit} but got ${retryCount}. Retry attempts count will be decreased to ${retryLimit}.`,
    );
    retryCount = retryLimit;
  }
  for (let retry = 0; ; retry += 1) {
    const end = await options.runOnce();
    const exited = end.exitCode !== undefined && end.exitCode !== 0;
    if (signal.aborted) {
      context.result = stop(context, signal.reason as StopReason);
      return { end, attempts: retry + 1 };
    }
    if ((!exited && context.result !== 'Failed') || retry >= retryCount) {
      if (exited) {
        context.error(options.explainExit(end.exitCode));
        // An assignment: whatever task.complete said, the exit code wins.
        context.result = 'Failed';
      }
      return { end, attempts: retry + 1 };
    }
    const delayMs = options.retryDelayMs(retry);
    context.warning(
      `RetryHelper encountered task failure, will retry (attempt #: ${retry + 1} out of ${retryCount}) after ${delayMs} ms`,
    );
    context.result = undefined;
    await wait(delayMs, signal);
    if (signal.aborted) {
      context.result = stop(context, signal.reason as StopReason);
      return { end, attempts: retry + 1 };
    }
  }
}

function stop(context: StepContext, reason: StopReason): TaskResult {
  if (reason === 'canceled') return 'Canceled';
  context.error('The task has timed out.');
  return 'Failed';
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
