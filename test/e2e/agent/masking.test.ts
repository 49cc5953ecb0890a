import assert from 'node:assert/strict';
import { connection, print, runTask, useSampleTasks } from './sample-task.ts';

describe('the masking of the local agent', function () {
  this.timeout(20_000);
  useSampleTasks();

  describe('masking', () => {
    const program = print(
      'before s3cr3t',
      '##vso[task.setsecret]s3cr3t',
      'after s3cr3t and c%2B%2B',
      '##vso[task.debug]debug s3cr3t',
      '##vso[task.issue type=error]error s3cr3t',
      '##vso[task.complete result=Succeeded]message s3cr3t',
    );

    it('masks what follows the registration, issues too, but not the message of task.complete', async () => {
      const { step, log } = await runTask(program);
      assert.match(log, /^before s3cr3t$/m);
      assert.match(log, /^after \*\*\* and c%2B%2B$/m);
      assert.deepEqual(step.issues.errors, ['error ***']);
      assert.deepEqual(step.completeMessages, ['message s3cr3t']);
      assert.doesNotMatch(log, /debug/);
    });

    it('masks debug lines', async () => {
      const { log } = await runTask(program, { debug: true });
      assert.match(log, /^##\[debug\]debug \*\*\*$/m);
      assert.match(log, /^##\[debug\]Processed: ##vso\[task\.setsecret\]\*\*\*$/m);
    });

    it('masks the job’s token and the connection’s client, and not its tenant', async () => {
      const { log } = await runTask(
        `const token = process.env.SECRET_SYSTEM_ACCESSTOKEN; console.log([token.length > 100, token, Buffer.from(token).toString('base64'), 'the-client', 'the-tenant'].join())`,
        {
          manifest: { inputs: [{ name: 'connection', type: 'connectedService:AzureRM' }] },
          step: { inputs: { connection: 'contoso-azure' } },
          connections: [connection],
        },
      );
      assert.match(log, /^true,\*\*\*,\*\*\*,\*\*\*,the-tenant$/m);
    });

    it('does not mask the header', async () => {
      const { log } = await runTask('', {
        variables: [{ name: 'x', value: 'Sample', secret: true }],
      });
      assert.match(log, /^Task {9}: Sample task$/m);
      assert.match(log, /^##\[section\]Starting: \*\*\*$/m);
    });

    it('sees stderr first when both streams are full, unless told otherwise', async () => {
      const both = `require('fs').writeSync(1, '##vso[task.setsecret]s3cr3t\\n'); require('fs').writeSync(2, 'x s3cr3t\\n'); setTimeout(() => {}, 50);`;
      const agentLike = await runTask(both);
      assert.match(agentLike.log, /^x s3cr3t$/m);
      const arrival = await runTask(
        `require('fs').writeSync(1, '##vso[task.setsecret]s3cr3t\\n'); setTimeout(() => require('fs').writeSync(2, 'x s3cr3t\\n'), 100);`,
        { order: 'arrival' },
      );
      assert.match(arrival.log, /^x \*\*\*$/m);
    });
  });
});
