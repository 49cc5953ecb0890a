import assert from 'node:assert/strict';
import type { World } from '../../local/world.ts';
import type { TaskRun } from './run-task.ts';

/** The longest that a step may take, with what Node needs to start and end. */
const longestMs = 95_000;

/** The longest from the result to the end of the process, on a machine that is very busy: what is left open lasts 5 s and more. */
const longestEndMs = 4000;

/**
 * Asserts what holds for every run that was not cancelled, whatever happened to it: exactly one result,
 * in time, the process gone at once by itself, and either the token that Entra gave last or nothing.
 */
export function assertProperEnd(world: World, { job, step, code }: TaskRun): void {
  const log = step.maskedLog.join('\n');
  const events = step.commands.map(({ event }) => event);
  assert.equal(events.filter((event) => event === 'complete').length, 1, `One result.\n${log}`);
  assert.equal(events.at(-1), 'complete', `Nothing follows the result.\n${log}`);
  assert.deepEqual(
    events.filter(
      (event) => !['setsecret', 'setvariable', 'complete', 'issue', 'debug'].includes(event),
    ),
    [],
    'No other command.',
  );
  assert.deepEqual([...step.badCommands, ...step.denied], []);
  assert.equal(step.exitCode, 0);
  assert.deepEqual(step.signals, []);
  assert.ok(step.processMs < longestMs, `${step.processMs} ms`);
  assert.ok((step.completeToExitMs ?? 0) < longestEndMs, `${step.completeToExitMs} ms to its end`);
  assert.deepEqual(
    step.rawLines.flatMap(({ stream, text }) => (stream === 'stderr' ? text : [])),
    [],
    'Nothing on stderr.',
  );
  assert.ok(!job.variables.has('INJECTED'), 'No injected variable.');
  if (code === undefined) {
    assert.equal(step.result, 'Succeeded', log);
    const token = job.variables.get('EntraToken');
    assert.ok(token?.secret);
    assert.equal(token.value, world.issued.accessTokens.at(-1));
    return;
  }
  assert.equal(step.result, 'Failed');
  assert.match(code, /^[A-Z_]+$/);
  assert.notEqual(code, 'INTERNAL_ERROR', log);
  assert.ok(!events.includes('setvariable'), 'A failure sets nothing.');
  assert.deepEqual(
    [...job.variables.keys()].filter((name) => name.startsWith('EntraToken')),
    [],
  );
  assert.equal(step.issues.errors.length, 1, log);
  assert.match(step.issues.errors[0] ?? '', new RegExp(`\\b${code}: https://`), log);
}
