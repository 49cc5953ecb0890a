import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeMajor } from '../local/nodes.ts';
import { readyFaults } from '../local/services/ready-faults.ts';
import { furtherTargets, isTarget, targets, type Target } from './fault-matrix/targets.ts';
import { isFull } from './support/full.ts';
import { assertNoLeak } from './support/leaks.ts';
import type { Scenario, TaskRun } from './support/run-task.ts';
import { startStage, type Stage, type Way } from './support/stage.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;
/** What the step may take from the signal to its end, on a machine that is busy with other tests. */
const withinMs = 1000;

/** Something that the step is doing when it is cancelled. */
interface Phase {
  readonly name: string;
  readonly ways: readonly Way[];
  readonly scenario: Scenario;
  readonly prepare: (stage: Stage) => void;
  /** True once the step is in that phase. */
  readonly isReached: (stage: Stage, lines: readonly string[]) => boolean;
}

const both: readonly Way[] = ['proxied', 'direct'];

function waitingFor(target: Target): Phase {
  return {
    name: `waiting for the answer: ${target.name}`,
    ways: both,
    scenario: target.scenario,
    prepare: (stage) => stage.fail(target.service, { kind: 'hang' }, target.rule),
    isReached: ({ world }) => world.requests.some((request) => isTarget(target, request)),
  };
}

const phases: readonly Phase[] = [
  ...[...targets, ...furtherTargets].map(waitingFor),
  ...targets.map((target): Phase => ({
    name: `waiting to try again: ${target.name}`,
    ways: both,
    scenario: {},
    prepare: (stage) =>
      stage.fail(target.service, readyFaults.tooManyRequests(20), { ...target.rule, times: 9 }),
    isReached: (_, lines) => lines.some((line) => line.includes('trying again in 20.0 s')),
  })),
  ...targets.map((target): Phase => ({
    name: `in the middle of the answer: ${target.name}`,
    ways: both,
    scenario: {},
    prepare: (stage) => stage.fail(target.service, { kind: 'stalled-body' }, target.rule),
    isReached: ({ world }) =>
      world.requests.some((request) => isTarget(target, request) && request.status === 200),
  })),
  {
    name: 'waiting for the proxy',
    ways: ['proxied'],
    scenario: {},
    prepare: (stage) => stage.failTunnel('azure-devops', { kind: 'hang' }),
    isReached: ({ world }) => world.proxy.connects.length > 0,
  },
];

/** In full everything with everything; else each phase once on each Node, with each signal. */
const settings = (['20', '24'] as const).flatMap((node) =>
  signals.flatMap((signal) =>
    both
      .filter(
        (way) =>
          isFull ||
          ((node === '20') === (signal === 'SIGINT') && (node === '20') === (way === 'proxied')),
      )
      .map((way) => ({ node, signal, way })),
  ),
);

describe('a cancelled step', () => {
  for (const phase of phases) {
    for (const { node, signal, way } of settings) {
      if (!phase.ways.includes(way)) continue;
      it(`is gone within a second, ${signal}, Node ${node}, ${way}, ${phase.name}`, async function () {
        // Windows has no signals: Node ends the process there.
        if (process.platform === 'win32') this.skip();
        const stage = await startStage(way);
        try {
          await cancelIn(phase, stage, node, signal);
        } finally {
          await stage.close();
        }
      });
    }
  }
});

describe('cancellation', () => {
  for (const signal of signals) {
    it(`ends the process within a second though something cannot be ended, ${signal}`, async function () {
      if (process.platform === 'win32') this.skip();
      const adapter = new URL('../../tasks/common/agent/adapters/process.js', import.meta.url);
      // A name look-up without an answer occupies a thread; so does this, without a network.
      const program = `
        import { pbkdf2 } from 'node:crypto';
        import { cancellation } from ${JSON.stringify(adapter.href)};
        cancellation();
        pbkdf2('', '', 1e9, 64, 'sha512', () => undefined);
        console.log('busy');`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
      await once(child.stdout, 'data');
      const signalledAt = performance.now();
      child.kill(signal);
      await once(child, 'exit');
      const tookMs = performance.now() - signalledAt;
      assert.ok(tookMs < withinMs, `${tookMs} ms`);
    });
  }
});

async function cancelIn(
  phase: Phase,
  stage: Stage,
  node: NodeMajor,
  signal: (typeof signals)[number],
): Promise<void> {
  phase.prepare(stage);
  const canceler = new AbortController();
  const lines: string[] = [];
  const running = stage.run({
    ...phase.scenario,
    node,
    cancel: canceler.signal,
    log: (line) => lines.push(line),
    // Long enough that only the step's own end counts, not a second signal.
    times: { sigintMs: signal === 'SIGINT' ? 5000 : 0, sigtermMs: 5000 },
  });
  for (let waited = 0; !phase.isReached(stage, lines); waited += 10) {
    assert.ok(waited < 20_000, `It never got there.\n${lines.join('\n')}`);
    await sleep(10);
  }
  // In the middle of it, not at its very beginning.
  await sleep(50);
  const requests = stage.world.requests.length;
  const cancelledAt = performance.now();
  canceler.abort();
  const run = await running;
  const tookMs = performance.now() - cancelledAt;
  assert.ok(tookMs < withinMs, `${tookMs} ms`);
  await assertNothingDone(run, stage, requests, signal);
}

async function assertNothingDone(
  run: TaskRun,
  stage: Stage,
  requests: number,
  signal: string,
): Promise<void> {
  const { job, step } = run;
  const events = step.commands.map(({ event }) => event);
  assert.deepEqual(step.signals, [signal], 'One signal was enough.');
  assert.equal(step.exitCode, 0, 'It ended by itself.');
  assert.equal(job.result, 'Canceled');
  assert.deepEqual(
    events.filter((event) => !['setsecret', 'debug'].includes(event)),
    [],
    'No result, no error, no variable.',
  );
  assert.deepEqual(
    [...job.variables.keys()].filter((name) => name.startsWith('EntraToken')),
    [],
  );
  assert.ok(step.rawLines.every(({ stream }) => stream === 'stdout'));
  assertNoLeak(stage.world, run);
  await sleep(100);
  assert.equal(stage.world.requests.length, requests, 'No further request.');
}
