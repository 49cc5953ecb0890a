import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runJob as run } from '../local/agent/agent.ts';
import type { AgentOptions, JobOptions } from '../local/agent/options.ts';
import type { Step, TaskStep } from '../local/agent/steps.ts';
import type { TaskManifest } from '../local/agent/task-definition.ts';
import type { JobVerdict, RawLine, StepVerdict } from '../local/agent/verdict.ts';
import type { ServiceConnection } from '../local/contract.ts';
import { cacheFolder } from '../local/repository.ts';

const times = { sigintMs: 300, sigtermMs: 300, drainMs: 300, retryDelayMs: () => 20 };

const connection: ServiceConnection = {
  id: '11111111-aaaa-4111-8111-111111111111',
  name: 'contoso-azure',
  type: 'AzureRM',
  url: 'https://management.azure.com/',
  authorization: {
    scheme: 'WorkloadIdentityFederation',
    parameters: { tenantid: 'the-tenant', serviceprincipalid: 'the-client' },
  },
  data: { environment: 'AzureCloud' },
};

let folder: string;
let count = 0;

/** Writes a task whose main step is the given program. */
async function writeTask(
  program: string,
  manifest: Partial<TaskManifest> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  count += 1;
  const task = join(folder, `task-${count}`);
  await mkdir(task, { recursive: true });
  const complete: TaskManifest = {
    id: `093d58e4-148e-46cb-a948-${String(count).padStart(12, '0')}`,
    name: 'Sample',
    friendlyName: 'Sample task',
    version: { Major: 1, Minor: 2, Patch: 3 },
    execution: { Node20_1: { target: 'main.cjs' } },
    ...manifest,
  };
  await writeFile(join(task, 'task.json'), JSON.stringify(complete));
  await writeFile(join(task, 'main.cjs'), program);
  for (const [name, content] of Object.entries(files)) await writeFile(join(task, name), content);
  return task;
}

interface Sample extends Omit<AgentOptions & JobOptions, 'steps'> {
  readonly manifest?: Partial<TaskManifest>;
  readonly files?: Readonly<Record<string, string>>;
  readonly step?: Partial<TaskStep>;
  readonly after?: readonly Step[];
}

/** Runs a job whose first step is the given program as a task. */
async function runTask(
  program: string,
  { manifest, files, step, after = [], ...options }: Sample = {},
): Promise<{ job: JobVerdict; step: StepVerdict; log: string }> {
  const job = await run({
    node: '20',
    times,
    ...options,
    taskFolders: [await writeTask(program, manifest, files)],
    steps: [{ kind: 'task', task: 'Sample@1', name: 'sample', ...step }, ...after],
  });
  const first = job.steps.find(({ stage }) => stage === 'main');
  assert.ok(first !== undefined);
  return { job, step: first, log: job.maskedLog.join('\n') };
}

function script(text: string, env: Readonly<Record<string, string>> = {}): Step {
  return { kind: 'bash', script: text, env };
}

/** A program that writes these lines to stdout. */
function print(...lines: readonly string[]): string {
  return `process.stdout.write(${JSON.stringify(`${lines.join('\n')}\n`)});`;
}

function complete(result: string): string {
  return `##vso[task.complete result=${result}]said`;
}

function cancelWhen({ text }: RawLine): boolean {
  return text === 'ready';
}

function oidcUri({ identity }: JobVerdict, host: string): string {
  const { projectId, hub, planId, jobId } = identity;
  return `https://${host}/${projectId}/_apis/distributedtask/hubs/${hub}/plans/${planId}/jobs/${jobId}/oidctoken`;
}

describe('local agent', function () {
  this.timeout(20_000);

  before(async () => {
    const parent = join(cacheFolder, 'test');
    await mkdir(parent, { recursive: true });
    folder = await mkdtemp(join(parent, 'agent-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

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

  describe('task.setvariable', () => {
    it('hands a secret to later steps, to scripts through env: only', async () => {
      const { job, log } = await runTask(
        print('##vso[task.setvariable variable=Tok.en;issecret=true]v%AZP25a%3Bl'),
        {
          after: [
            script(
              '[ "$MAPPED" = "v%a;l" ] && [ -z "$SECRET_TOK_EN$TOK_EN" ] && echo "is $MAPPED"',
              {
                MAPPED: '$(tok.EN)',
              },
            ),
          ],
        },
      );
      assert.deepEqual(job.variables.get('Tok.en'), {
        value: 'v%a;l',
        secret: true,
        readOnly: false,
      });
      assert.equal(job.result, 'Succeeded');
      assert.match(log, /^is \*\*\*$/m);
    });

    it('sets an output under the step’s name alone', async () => {
      const { job, step } = await runTask(
        print(
          '##vso[task.setvariable variable=a;isoutput=true;issecret=true]1st',
          '##vso[task.setvariable variable=b]2nd',
        ),
        {
          manifest: { outputVariables: [{ name: 'B' }] },
          after: [script('echo "got $(sample.a) $(sample.b) $(a)"')],
        },
      );
      assert.deepEqual(step.outputVariables.get('a'), { value: '1st', secret: true });
      assert.deepEqual(job.outputVariables.get('sample.b'), { value: '2nd', secret: false });
      assert.equal(job.variables.has('a'), false);
      assert.deepEqual(job.variables.get('sample.a'), {
        value: '1st',
        secret: true,
        readOnly: true,
      });
      assert.equal(job.variables.get('sample.b')?.readOnly, false);
      assert.match(job.steps[1]?.maskedLog.join('\n') ?? '', /^got \*\*\* 2nd /m);
    });

    for (const [what, line] of [
      [
        'a read-only variable',
        '##vso[task.setvariable variable=System.AccessToken;issecret=true]tok',
      ],
      ['several lines', '##vso[task.setvariable variable=x;issecret=true]tok%0D%0Aen'],
      ['no name', '##vso[task.setvariable issecret=true]tok'],
    ] as const) {
      it(`fails for ${what} and shows the command`, async () => {
        const { step, log } = await runTask(print(line));
        assert.equal(step.result, 'Failed');
        assert.deepEqual(step.badCommands, [line]);
        assert.ok(log.includes(`##[error]Unable to process command '${line}' successfully.`));
      });
    }

    it('only warns of a read-only variable where the server does not enforce it', async () => {
      const { step, job } = await runTask(
        print('##vso[task.setvariable variable=System.Culture]de-DE'),
        { withoutVariables: ['agent.readOnlyVariables'] },
      );
      assert.equal(step.result, 'Succeeded');
      assert.equal(step.issues.warnings.length, 1);
      assert.equal(job.variables.get('system.culture')?.value, 'de-DE');
    });
  });

  describe('restrictions', () => {
    const program = print(
      '##vso[task.uploadfile]/nowhere',
      '##vso[task.setvariable variable=allowed]1',
      '##vso[task.setvariable variable=other;issecret=true]s3cr3t',
      'then s3cr3t',
    );

    for (const [what, sample] of [
      ['the step', { step: { target: { commands: 'restricted', settableVariables: ['allow*'] } } }],
      [
        'the task',
        {
          manifest: {
            restrictions: {
              commands: { mode: 'restricted' },
              settableVariables: { allowed: ['allowed'] },
            },
          },
        },
      ],
    ] as const) {
      it(`of ${what} swallow commands and variables without failing`, async () => {
        const { step, job, log } = await runTask(program, sample);
        assert.deepEqual(step.denied, ['task.uploadfile', 'variable other']);
        assert.equal(step.result, 'Succeeded');
        assert.equal(step.issues.warnings.length, 2);
        assert.equal(job.variables.get('allowed')?.value, '1');
        assert.equal(job.variables.has('other'), false);
        // Registered before it was refused.
        assert.match(log, /^then \*\*\*$/m);
      });
    }
  });

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

  it('does not wait long for a grandchild that holds the output', async () => {
    const { step } = await runTask(
      `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 2000)'], { stdio: 'inherit' }).unref(); console.log('done');`,
    );
    assert.equal(step.result, 'Succeeded');
    assert.ok(step.processMs < 1500);
  });

  it('stops reading some time after task.complete done=true', async () => {
    const { step } = await runTask(
      `${print('##vso[task.complete result=Succeeded;done=true]')} setInterval(() => console.log('tick'), 50);`,
    );
    assert.equal(step.result, 'Succeeded');
    assert.equal(step.exitCode, undefined);
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

  describe('profile', () => {
    const show = `const { env } = process; console.log(JSON.stringify({ host: env.SYSTEM_HOSTTYPE, oidc: env.SYSTEM_OIDCREQUESTURI, token: 'SECRET_SYSTEM_ACCESSTOKEN' in env || 'SYSTEM_ACCESSTOKEN' in env, url: env.ENDPOINT_URL_SYSTEMVSSCONNECTION, folder: env.SYSTEM_DEFAULTWORKINGDIRECTORY.split(/[\\\\/]/).slice(-2).join() }))`;
    const cases = [
      ['yaml', 'build', 'dev.azure.com/contoso', 'https://dev.azure.com/contoso/', true, '1,s'],
      [
        'release',
        'release',
        'dev.azure.com/contoso',
        'https://vsrm.dev.azure.com/contoso/',
        false,
        'r1,a',
      ],
      [
        'release-without-oidc-uri',
        'release',
        undefined,
        'https://vsrm.dev.azure.com/contoso/',
        false,
        'r1,a',
      ],
      [
        'visualstudio',
        'build',
        'contoso.visualstudio.com',
        'https://contoso.visualstudio.com/',
        true,
        '1,s',
      ],
      [
        'deployment',
        'deployment',
        'dev.azure.com/contoso',
        'https://vsrm.dev.azure.com/contoso/',
        false,
        'r1,a',
      ],
    ] as const;
    for (const [profile, host, oidc, url, token, expectedFolder] of cases) {
      it(`${profile} gives a job what the service gives`, async () => {
        const { step, job } = await runTask(show, { profile });
        assert.deepEqual(JSON.parse(step.rawLines[0]?.text ?? ''), {
          host,
          ...(oidc === undefined ? {} : { oidc: oidcUri(job, oidc) }),
          token,
          url,
          folder: expectedFolder,
        });
      });
    }

    it('fork skips a step with a connection, and no other', async () => {
      const { job } = await runTask('', {
        profile: 'fork',
        manifest: { inputs: [{ name: 'connection', type: 'connectedService:AzureRM' }] },
        step: { inputs: { connection: 'contoso-azure' } },
        connections: [connection],
        after: [{ kind: 'task', task: 'Sample@1' }],
      });
      assert.deepEqual(
        job.steps.map(({ result, attempts }) => [result, attempts]),
        [
          ['Skipped', 0],
          ['Succeeded', 1],
        ],
      );
    });
  });

  describe('world', () => {
    it('leads tasks by the agent’s settings and scripts by the machine’s', async () => {
      const jobs: unknown[] = [];
      const { job, log } = await runTask(
        `const { env } = process; console.log('task', env.AGENT_PROXYURL, env.AGENT_PROXYUSERNAME, env.SECRET_AGENT_PROXYPASSWORD, env.AGENT_CAINFO, env.HTTPS_PROXY, env.NODE_EXTRA_CA_CERTS)`,
        {
          world: {
            organization: 'contoso',
            connections: [],
            caFile: '/ca.pem',
            proxy: { url: 'http://127.0.0.1:1', username: 'u', password: 'p4ss' },
            startJob: (identity) => jobs.push(identity),
          },
          after: [script('echo "script $AGENT_PROXYURL $HTTPS_PROXY $CURL_CA_BUNDLE"')],
        },
      );
      assert.deepEqual(jobs, [job.identity]);
      assert.match(log, /^task http:\/\/127.0.0.1:1 u \*\*\* \/ca.pem undefined undefined$/m);
      assert.match(log, /^script http:\/\/127.0.0.1:1 http:\/\/u:\*\*\*@127.0.0.1:1\/ \/ca.pem$/m);
    });
  });

  it('refuses at queue time what the service refuses', async () => {
    await assert.rejects(runTask('', { step: { inputs: { typo: 'x' } } }), {
      name: 'QueueError',
      message: /Job Job: Step sample has an input 'typo'/,
    });
  });

  for (const [what, manifest, expected] of [
    [
      'without a handler',
      { execution: { Node16: { target: 'main.cjs' } } },
      /none of the handlers/,
    ],
    ['without its target', { execution: { Node24: { target: 'x.cjs' } } }, /target 'x.cjs'/],
    ['with a long name', { friendlyName: 'x'.repeat(41) }, /longer than 40/],
    ['without a GUID', { id: 'x' }, /no GUID/],
  ] as const) {
    it(`does not install a task ${what}`, async () => {
      await assert.rejects(runTask('', { manifest }), expected);
    });
  }
});
