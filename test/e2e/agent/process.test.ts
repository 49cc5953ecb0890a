import assert from 'node:assert/strict';
import { connection, print, runTask, script, useSampleTasks } from './sample-task.ts';

describe('the process of a step of the local agent', function () {
  this.timeout(20_000);
  useSampleTasks();

  describe('process', () => {
    it('gets one argument, the working folder, closed stdin, and the handler’s Node.js', async () => {
      const { step } = await runTask(
        `const text = require('fs').readFileSync(0, 'utf8');
         console.log(JSON.stringify([process.argv.length, __filename === process.argv[1], text, process.cwd() === process.env.SYSTEM_DEFAULTWORKINGDIRECTORY, process.version, process.env.TF_BUILD]));`,
      );
      assert.deepEqual(JSON.parse(step.rawLines[0]?.text ?? ''), [
        2,
        true,
        '',
        true,
        'v20.20.2',
        'True',
      ]);
    });

    it('runs a Node24 handler on the version that the feature flag says', async () => {
      const manifest = {
        execution: { node24: { target: 'main.cjs' }, Node20_1: { target: 'main.cjs' } },
      };
      const versions = await Promise.all(
        (['20', '24'] as const).map(async (node) => {
          const { step } = await runTask('console.log(process.version)', { manifest, node });
          return [step.nodeVersion, step.rawLines[0]?.text];
        }),
      );
      assert.deepEqual(versions, [
        ['20.20.2', 'v20.20.2'],
        ['24.18.1', 'v24.18.1'],
      ]);
    });

    it('is cut into lines at all three line ends', async () => {
      const { step } = await runTask(`process.stdout.write('a\\rb\\r\\nc\\n\\nd')`);
      assert.deepEqual(
        step.rawLines.map(({ text }) => text),
        ['a', 'b', 'c', '', 'd'],
      );
    });

    it('sees only the connections that its inputs name, and no machine variable', async () => {
      const { step } = await runTask('console.log(JSON.stringify(Object.keys(process.env)))', {
        manifest: {
          inputs: [
            { name: 'connection', type: 'connectedService:AzureRM' },
            { name: 'text', type: 'string' },
          ],
        },
        step: { inputs: { connection: 'contoso-azure', text: 'x' } },
        // The job has the other connection, too.
        after: [{ kind: 'task', task: 'Sample@1', inputs: { connection: 'b' } }],
        connections: [
          connection,
          { ...connection, id: connection.id.replace('1', '2'), name: 'b' },
        ],
      });
      const names = JSON.parse(step.rawLines[0]?.text ?? '[]') as string[];
      assert.deepEqual(names.filter((name) => name.startsWith('ENDPOINT_URL_')).toSorted(), [
        `ENDPOINT_URL_${connection.id}`,
        'ENDPOINT_URL_SYSTEMVSSCONNECTION',
      ]);
      assert.equal(names.includes('NODE_OPTIONS'), false);
      assert.equal(names.includes('ENDPOINT_DATA_SYSTEMVSSCONNECTION'), false);
    });

    it('finds no package but those in its own folder', async () => {
      const { step } = await runTask("require('yaml')");
      assert.equal(step.result, 'Failed');
    });

    it('cannot write beside itself', async function () {
      // Root may write anywhere.
      if (process.getuid?.() === 0) this.skip();
      const { step } = await runTask(`require('fs').writeFileSync(__dirname + '/x', '')`);
      assert.equal(step.result, 'Failed');
    });
  });

  it('does not wait long for a grandchild that holds the output', async () => {
    const { step } = await runTask(
      `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 2000)'], { stdio: 'inherit' }).unref(); console.log('done');`,
    );
    assert.equal(step.result, 'Succeeded');
    assert.ok(step.processMs < 1500);
  });

  it('prepends paths, and runs a script to its end whatever fails in it', async () => {
    const { job } = await runTask(print('##vso[task.prependpath]/a', '##vso[task.prependpath]/b'), {
      after: [script('echo "$PATH"; echo 1 >&2; echo 2; false; echo 3')],
    });
    const texts = job.steps[1]?.rawLines.map(({ text }) => text) ?? [];
    if (process.platform !== 'win32') assert.ok(texts.some((text) => text.startsWith('/b:/a:')));
    assert.deepEqual(texts.toSorted().slice(-3), ['1', '2', '3']);
    assert.equal(job.result, 'Succeeded');
  });
});
