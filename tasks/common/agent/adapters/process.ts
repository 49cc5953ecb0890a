import { toLogMessage } from '../../errors/log-message.ts';
import { toTaskError } from '../../errors/task-error.ts';
import type { Agent } from '../agent.ts';

/** How long a cancelled process may take to end by itself, in milliseconds. */
const endWithinMs = 500;

/**
 * A signal that is aborted when the agent cancels the step (SIGINT, then SIGTERM). The process ends
 * soon after that, whatever it was doing.
 */
export function cancellation(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      controller.abort();
      // A name look-up cannot be ended, and even process.exit waits for it. Nothing is lost: a
      // cancelled step writes no more.
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), endWithinMs).unref();
    });
  }
  return controller.signal;
}

/**
 * Keeps Node's warnings of deprecated calls out of the log: they are about how the vendors' libraries are
 * written, and who reads the log can do nothing about that.
 */
export function silenceDeprecations(): void {
  process.noDeprecation = true;
}

/**
 * Ends the step as failed when anything is thrown outside the flow. In place of the task library's own
 * listeners, which print the whole stack and with it whatever a foreign error holds.
 */
export function failOnCrash(agent: Agent): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.removeAllListeners(event);
    process.once(event, (thrown: unknown) => {
      const error = toTaskError(thrown);
      agent.fail(error.code, toLogMessage(error));
      // Nothing may go on after the result; the agent reads the result, not the exit code.
      process.exit(0);
    });
  }
}
