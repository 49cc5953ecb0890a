import assert from 'node:assert/strict';
import { print, runTask, useSampleTasks } from './sample-task.ts';

describe('the stages of a job of the local agent', function () {
  this.timeout(20_000);
  useSampleTasks();

  it('runs pre-job steps first and post-job steps last, with the task’s own variables', async () => {
    const stages = {
      prejobexecution: { Node20_1: { target: 'pre.cjs' } },
      postjobexecution: { Node20_1: { target: 'post.cjs' } },
    };
    const { job } = await runTask(
      `${print('##vso[task.settaskvariable variable=kept;issecret=true]s3cr3t')} process.exitCode = 1;`,
      {
        manifest: stages,
        files: {
          'pre.cjs': print('pre'),
          'post.cjs': `console.log('post ' + (process.env.VSTS_TASKVARIABLE_KEPT || '-').length)`,
        },
        after: [{ kind: 'task', task: 'Sample@1', name: 'second', displayName: 'Second' }],
      },
    );
    assert.deepEqual(
      job.steps.map(({ displayName, stage, result }) => [displayName, stage, result]),
      [
        ['Pre-job: Sample', 'pre', 'Succeeded'],
        ['Pre-job: Second', 'pre', 'Succeeded'],
        ['Sample', 'main', 'Failed'],
        ['Second', 'main', 'Skipped'],
        ['Post-job: Second', 'post', 'Succeeded'],
        ['Post-job: Sample', 'post', 'Succeeded'],
      ],
    );
    assert.deepEqual(
      job.steps.slice(4).map(({ rawLines }) => rawLines[0]?.text),
      ['post 1', 'post 6'],
    );
    assert.equal(job.steps[2]?.taskVariables.get('kept')?.secret, true);
  });
});
