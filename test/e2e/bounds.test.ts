import assert from 'node:assert/strict';
import type { Fault } from '../local/services/faults.ts';
import { furtherTargets, targets } from './fault-matrix/targets.ts';
import { isFull } from './support/full.ts';
import { assertNoLeak } from './support/leaks.ts';
import { canMeasureMemory, watchPeakMemory, type PeakMemory } from './support/peak-memory.ts';
import { assertProperEnd } from './support/proper-end.ts';
import { startStage, type Stage, type Way } from './support/stage.ts';

/** What a flood may cost more than a good day, with room for the garbage collector. */
const moreBytes = 32 * 1024 * 1024;
/** Sooner than any time limit of the task: it is the size that ends a flood. */
const withinMs = 10_000;

const floods: Readonly<Record<string, Fault>> = {
  'a body of 10 MB': { kind: 'large-body' },
  'an endless body': { kind: 'endless-body' },
  'endless headers': { kind: 'slow-headers', everyMs: 0 },
  // The local services need a while to make these.
  ...(isFull
    ? {
        'a body of 200 MB': { kind: 'large-body', bytes: 200 * 1024 * 1024 },
        '200 MB in 200 KB of gzip': { kind: 'gzip', bytes: 200 * 1024 * 1024 },
      }
    : {}),
};

describe('a flood', function () {
  before(function () {
    if (!canMeasureMemory) this.skip();
  });

  for (const way of ['proxied', 'direct'] satisfies Way[]) {
    describe(way, () => {
      let stage: Stage;
      let memory: PeakMemory;
      let usual: number;
      before(async () => {
        stage = await startStage(way);
        memory = watchPeakMemory();
        await stage.run({ inputs: { verify: 'true' } });
        usual = memory.take();
        assert.ok(
          usual > 30 * 1024 * 1024,
          `${usual} bytes are no Node: the measurement is broken.`,
        );
      });
      after(async () => {
        await memory.stop();
        await stage.close();
      });

      async function flood(code: string, scenario: Parameters<Stage['run']>[0]): Promise<void> {
        memory.take();
        const run = await stage.run(scenario);
        stage.reset();
        const more = memory.take() - usual;
        assertProperEnd(stage.world, run);
        assertNoLeak(stage.world, run);
        assert.equal(run.code, code, run.step.maskedLog.join('\n'));
        assert.ok(more < moreBytes, `${Math.round(more / 1024 / 1024)} MB more than usual`);
        assert.ok(run.step.processMs < withinMs, `${run.step.processMs} ms`);
      }

      const short = targets.filter(({ service }) => (service === 'entra') === (way === 'direct'));
      for (const target of isFull ? [...targets, ...furtherTargets] : short) {
        for (const [name, fault] of Object.entries(floods)) {
          it(`costs neither memory nor time: ${name}, ${target.name}`, async () => {
            stage.fail(target.service, fault, target.rule);
            const isUnreadable = fault.kind === 'slow-headers' || fault.kind === 'gzip';
            await flood(
              isUnreadable ? 'RESPONSE_UNREADABLE' : 'RESPONSE_TOO_LARGE',
              target.scenario,
            );
          });
        }
      }

      if (way === 'proxied') {
        it('costs neither memory nor time: endless headers of the proxy', async () => {
          stage.failTunnel('azure-devops', { kind: 'endless-headers' });
          await flood('PROXY_INVALID', {});
        });
      }
    });
  }
});
