import assert from 'node:assert/strict';
import { toDocumentation } from '../../../tasks/common/errors/log-message.ts';
import { type ErrorCode } from '../../../tasks/common/errors/task-error.ts';
import { remedies } from '../../../tasks/common/errors/remedies.ts';
import type { World } from '../../local/world.ts';
import { assertNoLeak } from './leaks.ts';
import { assertProperEnd } from './proper-end.ts';
import type { TaskRun } from './run-task.ts';

/**
 * Asserts everything that holds for each failed step, and returns its one error as the log shows it: the
 * code, its own remedy and the link to read on at the very end, in an orderly log without a secret.
 */
export function assertFailedStep(world: World, run: TaskRun, code: ErrorCode): string {
  const { step } = run;
  const log = step.maskedLog.join('\n');
  assert.equal(run.code, code, log);
  assertProperEnd(world, run);
  assertNoLeak(world, run);
  assert.deepEqual(step.completeMessages, [code]);

  const [error = ''] = step.issues.errors;
  const lines = error.split('\n');
  assert.equal(lines.length, 3, error);
  assert.doesNotMatch(error, /##(?:vso)?\[/);
  assert.equal(lines[1], `What to do: ${remedies[code]}`);
  assert.equal(lines[2], `${code}: ${toDocumentation(code)}`);
  // The error is the last thing in the log, where a person begins to read.
  assert.ok(
    step.maskedLog.findLast((line) => !/^##\[(?:section|debug)\]/.test(line)) ===
      `##[error]${error}`,
  );

  assert.deepEqual([step.outputVariables.size, step.taskVariables.size], [0, 0]);
  assert.doesNotMatch(log, /[^\P{Cc}\n]|\p{Cf}/u);
  assert.ok(Math.max(...lines.map(({ length }) => length)) < 2500, 'The error floods the log.');
  return error;
}
