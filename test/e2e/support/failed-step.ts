import assert from 'node:assert/strict';
import {
  toDocumentation,
  type ErrorCode,
} from '../../../tasks/EntraToken/EntraTokenV1/src/errors.ts';
import { remedies } from '../../../tasks/EntraToken/EntraTokenV1/src/remedies.ts';
import type { World } from '../../local/world.ts';
import { assertNoLeak } from './leaks.ts';
import type { TaskRun } from './run-task.ts';

/** The whole step may take this long. */
const timeLimitMs = 90_000;
/** What the task ever says to the agent, beside its lines. */
const commandsOfAFailure: ReadonlySet<string> = new Set([
  'task.debug',
  'task.setsecret',
  'task.issue',
  'task.complete',
]);

/**
 * Asserts everything that holds for each failed step, and returns its one error as the log shows it:
 * one result, nothing set, the remedy and the link, no secret anywhere, an end in time.
 */
export function assertFailedStep(world: World, run: TaskRun, code: ErrorCode): string {
  const { job, step } = run;
  const log = step.maskedLog.join('\n');
  assert.equal(run.code, code, log);
  assert.equal(step.result, 'Failed');
  assert.equal(step.exitCode, 0);
  assert.deepEqual(step.completeMessages, [code]);
  assert.equal(step.issues.errors.length, 1, log);

  const [error = ''] = step.issues.errors;
  const lines = error.split('\n');
  assert.equal(lines.length, 3, error);
  assert.equal(lines[1], `What to do: ${remedies[code]}`);
  assert.equal(lines[2], `${code}: ${toDocumentation(code)}`);
  // The error is the last thing in the log, where a person begins to read.
  assert.ok(
    step.maskedLog.findLast((line) => !/^##\[(?:section|debug)\]/.test(line)) ===
      `##[error]${error}`,
  );

  assert.deepEqual(
    [...job.variables.keys()].filter(
      (name) => /entratoken|injected/i.test(name) && name !== 'EntraToken.silenceIssuerWarning',
    ),
    [],
  );
  assert.equal(step.outputVariables.size, 0);
  assert.equal(step.taskVariables.size, 0);
  assert.deepEqual(
    step.commands
      .map(({ area, event }) => `${area}.${event}`)
      .filter((command) => !commandsOfAFailure.has(command)),
    [],
  );
  assert.deepEqual(step.badCommands, []);
  assert.deepEqual(step.denied, []);
  assertNoLeak(world, run);

  assert.deepEqual(
    step.rawLines.filter(({ stream }) => stream === 'stderr'),
    [],
  );
  assert.doesNotMatch(log, /[^\P{Cc}\n]|\p{Cf}/u);
  assert.ok(Math.max(...lines.map(({ length }) => length)) < 2500, 'The error floods the log.');
  assert.ok(step.processMs < timeLimitMs);
  assert.ok((step.completeToExitMs ?? Infinity) < 2000, 'The process does not end by itself.');
  return error;
}
