import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localVsix } from '../../local/local-package.ts';
import { repository } from '../../local/repository.ts';
import { isRunning } from '../support/sign-in.ts';
import { print, runTask, script, useSampleTasks } from './sample-task.ts';

/** Leaves a process behind that holds no pipe of the step, and says which. */
const leave =
  'sleep 60 < /dev/null > /dev/null 2>&1 & echo "pid=$!" | tee "$AGENT_TEMPDIRECTORY/pid"';
const pidOf = (lines: readonly { readonly text: string }[]): number =>
  Number(lines.map(({ text }) => /^pid=(\d+)$/.exec(text)?.[1]).find(Boolean));

describe('what a step of the local agent leaves running', function () {
  this.timeout(30_000);
  useSampleTasks();
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('lives on while the job runs, and is ended with it', async () => {
    const { job } = await runTask(print('first'), {
      after: [
        script(leave),
        script('. "$AGENT_TEMPDIRECTORY/pid"; kill -0 "$pid" && echo "it lives"'),
      ],
    });
    const pid = pidOf(job.steps[1]?.rawLines ?? []);
    assert.ok(job.steps[2]?.rawLines.some(({ text }) => text === 'it lives'));
    assert.deepEqual(job.orphans, [{ pid, name: 'sleep' }]);
    assert.ok(!isRunning(pid));
    assert.ok(job.maskedLog.includes(`Terminate orphan process: pid (${pid}) (sleep)`));
    assert.equal(job.result, 'Succeeded');
  });

  it('is let alone without the variable of the job, and with process.clean false', async () => {
    const without = await runTask(print(''), {
      after: [script(`env -u VSTS_PROCESS_LOOKUP_ID bash -c '${leave}'`)],
    });
    const unmarked = await runTask(print(''), {
      variables: [{ name: 'process.clean', value: 'false' }],
      after: [script(leave)],
    });
    for (const { job } of [without, unmarked]) {
      const pid = pidOf(job.steps[1]?.rawLines ?? []);
      assert.deepEqual(job.orphans, []);
      assert.ok(isRunning(pid));
      process.kill(pid);
    }
  });

  it('is ended after the post-job steps', async () => {
    const { job } = await runTask(
      `const child = require('child_process').spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
       child.unref();
       const { pid } = child;
       console.log('pid=' + pid);
       console.log('##vso[task.settaskvariable variable=pid]' + pid);`,
      {
        manifest: { postjobexecution: { Node20_1: { target: 'post.cjs' } } },
        files: {
          'post.cjs': `process.kill(Number(process.env.VSTS_TASKVARIABLE_PID), 0); console.log('it lives');`,
        },
      },
    );
    const post = job.steps.find(({ stage }) => stage === 'post');
    assert.ok(post?.rawLines.some(({ text }) => text === 'it lives'));
    assert.equal(job.orphans.length, 1);
  });

  it('makes npm start red', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'left-'));
    try {
      const pipeline = join(folder, 'left.yml');
      writeFileSync(pipeline, `steps:\n  - bash: |\n      ${leave}\n`);
      const cli = join(repository, 'out', 'test', 'local', 'cli.js');
      const child = spawn(process.execPath, [cli, '--vsix', localVsix, pipeline]);
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const [code] = (await once(child, 'exit')) as [number];
      assert.equal(code, 1);
      assert.match(stderr, /The agent had to end what a step left running: sleep \(\d+\)\./);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
