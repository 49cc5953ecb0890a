import assert from 'node:assert/strict';
import type { World } from '../../local/world.ts';
import type { TaskRun } from './run-task.ts';

/** The longest that a step may take, with what Node needs to start and end. */
const longestMs = 95_000;

/**
 * Asserts what holds for every run that was not cancelled, whatever happened to it: exactly one result,
 * in time, the process gone at once by itself, and either the token that Entra gave last or nothing.
 */
export function assertProperEnd(world: World, { job, step, code }: TaskRun): void {
  const log = step.rawLines.map(({ text }) => text).join('\n');
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
  assert.ok((step.completeToExitMs ?? 0) < 1000, `${step.completeToExitMs} ms after the result`);
  assert.equal(
    step.rawLines.filter(({ stream }) => stream === 'stderr').length,
    0,
    `Nothing on stderr.\n${log}`,
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
