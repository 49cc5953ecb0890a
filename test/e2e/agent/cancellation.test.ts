import assert from 'node:assert/strict';
import { cancelWhen, runTask, script, useSampleTasks } from './sample-task.ts';

describe('a job that the local agent cancels', function () {
  this.timeout(20_000);
  useSampleTasks();

  describe('cancellation', () => {
    const waiting = 'setInterval(() => {}, 1000); console.log("ready");';

    it('sends SIGINT, and the step is Canceled though it ends well', async () => {
      const { step, job } = await runTask(
        `process.on('SIGINT', () => process.exit(0)); ${waiting}`,
        { cancelWhen, after: [script('true'), { ...script('true'), condition: 'always()' }] },
      );
      assert.deepEqual([step.result, step.exitCode, step.signals], ['Canceled', 0, ['SIGINT']]);
      assert.deepEqual(
        [job.result, ...job.steps.map(({ result }) => result)],
        ['Canceled', 'Canceled', 'Skipped', 'Succeeded'],
      );
    });

    it('goes on to SIGTERM and SIGKILL', async function () {
      if (process.platform === 'win32') this.skip();
      const { step } = await runTask(
        `process.on('SIGINT', () => console.log('int')); process.on('SIGTERM', () => console.log('term')); ${waiting}`,
        { cancelWhen },
      );
      assert.deepEqual(step.signals, ['SIGINT', 'SIGTERM', 'SIGKILL']);
      assert.deepEqual(
        step.rawLines.map(({ text }) => text),
        ['ready', 'int', 'term'],
      );
      assert.equal(step.exitCode, 137);
    });

    it('leaves a step alone that always runs', async () => {
      const { step } = await runTask('console.log("ready"); setTimeout(() => {}, 200);', {
        cancelWhen,
        step: { condition: 'always()' },
      });
      assert.deepEqual([step.result, step.signals], ['Succeeded', []]);
    });

    it('can be set by the clock', async () => {
      const { step } = await runTask(waiting, { cancelAfterMs: 200 });
      assert.equal(step.result, 'Canceled');
    });

    it('by a timeout is a failure', async () => {
      const { step } = await runTask(waiting, { step: { timeoutInMinutes: 0.005 } });
      assert.equal(step.result, 'Failed');
      assert.deepEqual(step.issues.errors, ['The task has timed out.']);
    });
  });
});
