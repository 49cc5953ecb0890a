import assert from 'node:assert/strict';
import { complete, print, runTask, script, useSampleTasks } from './sample-task.ts';

describe('the result of a step of the local agent', function () {
  this.timeout(20_000);
  useSampleTasks();

  describe('result of a step', () => {
    const cases: readonly [string, string, string][] = [
      ['exit code 0 without a word', '', 'Succeeded'],
      ['stderr output', 'console.error("bad")', 'Succeeded'],
      ['an error issue', print('##vso[task.issue type=error]bad'), 'Succeeded'],
      ['task.complete', print(complete('SucceededWithIssues')), 'SucceededWithIssues'],
      ['the worse of two', print(complete('Failed'), complete('Succeeded')), 'Failed'],
      ['an exit code', `${print(complete('Succeeded'))} process.exitCode = 3;`, 'Failed'],
      ['a result that the agent does not know', print(complete('Cancelled')), 'Failed'],
      ['a result in the wrong case', print(complete('succeeded')), 'Failed'],
      ['Canceled with one l', print(complete('Canceled')), 'Canceled'],
      [
        'two of the last results, the first',
        print(complete('Canceled'), complete('Skipped')),
        'Canceled',
      ],
      ['an event that does not exist', print('##vso[task.nothing]'), 'Failed'],
      ['an area that does not exist', print('##vso[nothing.nothing]'), 'Succeeded'],
      ['an area of another kind of job', print('##vso[release.updatereleasename]x'), 'Failed'],
      ['an uncaught error', 'throw new Error("bang")', 'Failed'],
    ];
    for (const [what, program, expected] of cases) {
      it(`is ${expected} after ${what}`, async () => {
        const { step } = await runTask(program);
        assert.equal(step.result, expected);
      });
    }

    it('records the exit code, the message and the issues', async () => {
      const { step, job } = await runTask(
        print('##vso[task.issue type=warning]careful', complete('Succeeded'), '##vso[what'),
        { after: [script('exit 7')] },
      );
      assert.equal(step.exitCode, 0);
      assert.deepEqual(step.completeMessages, ['said']);
      assert.equal(step.issues.warnings[0], 'careful');
      assert.match(step.issues.warnings[1] ?? '', /not a legal command/);
      assert.deepEqual(step.badCommands, ['##vso[what']);
      assert.ok((step.completeToExitMs ?? -1) >= 0);
      const [, second] = job.steps;
      assert.equal(second?.exitCode, 7);
      assert.deepEqual(second?.issues.errors, ["Bash exited with code '7'."]);
      assert.equal(job.result, 'Failed');
    });

    it('of a failed step is SucceededWithIssues with continueOnError', async () => {
      const { job } = await runTask('process.exitCode = 1', {
        step: { continueOnError: true },
        after: [script('true')],
      });
      assert.deepEqual(
        [job.result, ...job.steps.map(({ result }) => result)],
        ['SucceededWithIssues', 'SucceededWithIssues', 'Succeeded'],
      );
    });
  });

  describe('retry', () => {
    const flaky = `const fs = require('fs'); const n = fs.existsSync('n') ? 2 : 1; fs.writeFileSync('n', ''); console.log('attempt ' + n);`;

    it('runs a failed step again, with its result reset', async () => {
      const { step } = await runTask(
        `${flaky} console.log('##vso[task.complete result=' + (n === 1 ? 'Failed' : 'Succeeded') + ']')`,
        { step: { retryCountOnTaskFailure: 2 } },
      );
      assert.deepEqual([step.result, step.attempts], ['Succeeded', 2]);
    });

    it('cannot make up for a bad command', async () => {
      const { step } = await runTask(
        `${flaky} if (n === 1) { console.log('##vso[task.bad]'); process.exitCode = 1; }`,
        { step: { retryCountOnTaskFailure: 2 } },
      );
      assert.deepEqual([step.result, step.attempts], ['Failed', 2]);
    });

    it('ends with the exit code of the last attempt', async () => {
      const { step } = await runTask('process.exitCode = 4', {
        step: { retryCountOnTaskFailure: 1 },
      });
      assert.deepEqual([step.result, step.attempts, step.exitCode], ['Failed', 2, 4]);
      assert.equal(step.issues.errors.length, 1);
    });
  });

  it('records what a step left behind', async () => {
    const { step, job } = await runTask(
      `const fs = require('fs'), path = require('path');
       fs.writeFileSync(path.join(process.env.AGENT_TEMPDIRECTORY, '.taskkey'), 'key');
       fs.writeFileSync('here.txt', 'text');`,
      { after: [script('echo x > "$AGENT_TEMPDIRECTORY/late"')] },
    );
    assert.deepEqual(step.filesLeft, [
      { path: '_temp/.taskkey', content: 'key' },
      { path: '1/s/here.txt', content: 'text' },
    ]);
    assert.deepEqual(job.steps[1]?.filesLeft, [{ path: '_temp/late', content: 'x\n' }]);
    assert.deepEqual(
      job.filesLeft.map(({ path }) => path),
      ['_temp/.taskkey', '_temp/late', '1/s/here.txt'],
    );
  });

  it('stops reading some time after task.complete done=true', async () => {
    const { step } = await runTask(
      `${print('##vso[task.complete result=Succeeded;done=true]')} setInterval(() => console.log('tick'), 50);`,
    );
    assert.equal(step.result, 'Succeeded');
    assert.equal(step.exitCode, undefined);
    assert.ok(step.processMs < 1500);
  });
});
