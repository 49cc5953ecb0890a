import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runJob } from '../../local/agent/agent.ts';
import type { JobVerdict } from '../../local/agent/verdict.ts';
import { localTask } from '../../local/local-package.ts';
import { startWorld, type World } from '../../local/world.ts';
import { assertFailedStep } from '../support/failed-step.ts';
import { runTask, vsix, type Scenario } from '../support/run-task.ts';
import { isRunning, runSignIn, until } from '../support/sign-in.ts';

/** The keepers that run on this machine, of this test's own jobs only: their temporary folder tells. */
function findKeepers(marker: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes('keeper.cjs') && line.includes(marker) && isRunning(pid);
      } catch {
        return false;
      }
    });
}

/** Asserts that a step which did not sign in left no process, no folder, no variable and no path. */
async function assertNothingLeft({ steps, filesLeft, variables }: JobVerdict, marker: string) {
  const [step] = steps;
  const events = step?.commands.map(({ event }) => event) ?? [];
  assert.deepEqual(
    events.filter((event) => ['setvariable', 'prependpath', 'settaskvariable'].includes(event)),
    [],
  );
  for (const name of ['AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'GIT_CONFIG_GLOBAL']) {
    assert.ok(!variables.has(name), name);
  }
  await sleep(50);
  assert.deepEqual(findKeepers(marker), []);
  assert.deepEqual(
    filesLeft.filter(({ path }) => path.includes('entra-sign-in')),
    [],
  );
}

describe('A step that does not sign in', () => {
  let world: World;
  let marker = '';
  let options: Scenario;
  beforeEach(async () => {
    world = await startWorld();
    // A mark that the keeper keeps, so that those of other tests are not counted.
    marker = `vsts_test_${world.organizationId}`;
    options = { task: 'EntraSignIn@1', machine: { VSTS_PROCESS_LOOKUP_ID: marker } };
  });
  afterEach(async () => world.close());

  it('leaves nothing when Entra refuses', async () => {
    world.entra.failNext({ code: 700213, times: 100 });
    const run = await runTask(world, options);
    assertFailedStep(world, run, 'FEDERATION_SUBJECT_MISMATCH');
    assert.match(run.step.maskedLog.join('\n'), /Federation report/);
    await assertNothingLeft(run.job, marker);
    assert.match(
      run.job.maskedLog.join('\n'),
      /The step did not sign in, so there is nothing to end\./,
    );
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const [name, prepare] of [
      ['Azure DevOps', () => world.faults.next({ path: '/oidctoken', fault: { kind: 'hang' } })],
      ['Entra', () => world.faults.next({ service: 'entra', fault: { kind: 'hang' } })],
    ] as const) {
      it(`leaves nothing when it is cancelled while it waits for ${name}, ${signal}`, async () => {
        prepare();
        const canceler = new AbortController();
        const wanted = name === 'Entra' ? 2 : 1;
        const running = runTask(world, {
          ...options,
          cancel: canceler.signal,
          times: { sigintMs: signal === 'SIGINT' ? 5000 : 0, sigtermMs: 5000 },
        });
        await until('the request', () => world.requests.length >= wanted);
        canceler.abort();
        const { job } = await running;
        assert.equal(job.result, 'Canceled');
        await assertNothingLeft(job, marker);
      });
    }
  }

  it('leaves nothing when it is killed', async () => {
    world.faults.next({ service: 'entra', fault: { kind: 'hang' } });
    const running = runTask(world, options);
    await until('the request to Entra', () => world.requests.length >= 2);
    const [keeper = 0] = findKeepers(marker);
    const parent = Number(
      /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${keeper}/status`, 'utf8'))?.[1],
    );
    process.kill(parent, 'SIGKILL');
    const { job } = await running;
    assert.equal(job.result, 'Failed');
    await assertNothingLeft(job, marker);
  });

  it('leaves nothing when the keeper cannot start, and says why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'broken-task-'));
    try {
      cpSync(localTask('EntraSignIn'), folder, { recursive: true });
      rmSync(join(folder, 'keeper.cjs'));
      const job = await runJob({
        taskFolders: [folder],
        world,
        machine: { VSTS_PROCESS_LOOKUP_ID: marker },
        steps: [
          {
            kind: 'task',
            task: 'EntraSignIn@1',
            name: 'sign_in',
            inputs: { azureSubscription: 'contoso-azure' },
          },
        ],
      });
      const [step] = job.steps;
      assert.ok(step);
      const run = { job, step, requests: world.requests, code: step.completeMessages.at(-1) };
      const error = assertFailedStep(world, run, 'KEEPER_NOT_STARTED');
      assert.match(error, /did not start\. It ended \(exit 1\)\./);
      await assertNothingLeft(job, marker);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says so before any request when the temporary folder takes no more folders', async () => {
    // The longest path that a system call takes: a file in it still fits, the session folder does not.
    const root = mkdtempSync(join(tmpdir(), 'deep-'));
    try {
      const longest = 4095 - '/a-file'.length - 1;
      let deep = root;
      while (deep.length < longest - 200) deep = join(deep, 'x'.repeat(150));
      deep = join(deep, 'x'.repeat(longest - deep.length - 1));
      mkdirSync(deep, { recursive: true });
      const run = await runTask(world, {
        ...options,
        variables: [{ name: 'Agent.TempDirectory', value: deep }],
      });
      const error = assertFailedStep(world, run, 'SESSION_FOLDER_UNWRITABLE');
      assert.match(error, /ENAMETOOLONG/);
      assert.deepEqual(run.requests, []);
      await assertNothingLeft(run.job, marker);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe('A sign-in in a job', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(async () => world.close());

  it('ends when a later step fails, and when the job is cancelled', async () => {
    const failed = await runSignIn(world, {
      during: async () => undefined,
      followedBy: [{ kind: 'bash', script: 'exit 1' }],
    });
    assert.equal(failed.job.result, 'Failed');
    assert.match(failed.post.maskedLog.join('\n'), /Signed out\./);
    assert.ok(!isRunning(failed.session?.pid ?? 0));
    const canceled = await runSignIn(world, {
      during: async () => undefined,
      followedBy: [{ kind: 'bash', name: 'long', script: 'echo now; sleep 30' }],
      cancelWhen: ({ text }, step) => step === 'long' && text === 'now',
      times: { sigintMs: 500, sigtermMs: 500 },
    });
    assert.equal(canceled.job.result, 'Canceled');
    assert.match(canceled.post.maskedLog.join('\n'), /Signed out\./);
    assert.ok(!isRunning(canceled.session?.pid ?? 0));
  });

  it('holds no pipe of the step, so that the agent waits for nobody', async () => {
    const startedAt = performance.now();
    // So long the agent would wait for whoever holds one.
    const { job } = await runSignIn(world, { times: { drainMs: 30_000 } });
    assert.equal(job.result, 'Succeeded');
    assert.ok(performance.now() - startedAt < 15_000);
  });

  it('is replaced by a second one, and each ends its own keeper', async () => {
    const second = {
      kind: 'task',
      task: 'EntraSignIn@1',
      name: 'second',
      inputs: { azureSubscription: 'contoso-azure-old-issuer', tools: 'azureSdk, git' },
    } as const;
    const job = await runJob({
      vsix: [vsix],
      world,
      steps: [
        {
          kind: 'task',
          task: 'EntraSignIn@1',
          name: 'first',
          inputs: { azureSubscription: 'contoso-azure' },
        },
        second,
        {
          kind: 'bash',
          name: 'look',
          script: 'entra-token status; git config --list --show-origin',
        },
      ],
    });
    assert.equal(job.result, 'Succeeded', job.maskedLog.join('\n'));
    const ends = job.steps.filter(({ stage }) => stage === 'post');
    assert.deepEqual(
      ends.map(({ name }) => name),
      ['second', 'first'],
    );
    for (const { maskedLog } of ends) assert.match(maskedLog.join('\n'), /Signed out\./);
    const [, secondStep] = job.steps;
    assert.match(
      secondStep?.maskedLog.join('\n') ?? '',
      /The job had another value of AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE, [^;]*GIT_CONFIG_GLOBAL; this sign-in replaces it\./,
    );
    const { app } = world.behind('contoso-azure-old-issuer');
    const look = job.steps.find(({ name }) => name === 'look');
    assert.ok(look?.rawLines.some(({ text }) => text.includes(`application ${app.clientId}`)));
  });

  it('warns by name of variables that would win over it, for the chosen tools only', async () => {
    const variables = ['AZURE_CLIENT_SECRET', 'ARM_CLIENT_SECRET', 'ARM_OIDC_TOKEN'].map(
      (name) => ({
        name,
        value: 'something',
      }),
    );
    const { step } = await runSignIn(world, { variables });
    assert.equal(step.issues.warnings.length, 1);
    assert.match(
      step.issues.warnings[0] ?? '',
      /AZURE_CLIENT_SECRET, which can win .* in azureSdk/,
    );
    const both = await runSignIn(world, { variables, inputs: { tools: 'azureSdk, terraform' } });
    assert.equal(both.step.issues.warnings.length, 2);
    assert.match(
      both.step.issues.warnings[1] ?? '',
      /ARM_CLIENT_SECRET, ARM_OIDC_TOKEN, which can win .* in terraform/,
    );
  });

  it('warns where there is no git, or an old one, and goes on', async () => {
    const none = await runSignIn(world, { machine: { PATH: '/nowhere' } });
    assert.equal(none.step.result, 'Succeeded');
    assert.match(none.step.issues.warnings.join('\n'), /There is no git on the path/);
  });

  it('asks git for its version while the requests are on their way', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slow-git-'));
    try {
      const leave = join(folder, 'leave');
      const script = `#!/bin/sh\nwhile [ ! -e '${leave}' ]; do sleep 0.02; done\necho git version 2.31.0\n`;
      writeFileSync(join(folder, 'git'), script, { mode: 0o755 });
      const running = runSignIn(world, {
        machine: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      });
      await until('both requests', () => world.requests.length === 2).finally(() =>
        writeFileSync(leave, ''),
      );
      const { step } = await running;
      assert.equal(step.result, 'Succeeded', step.maskedLog.join('\n'));
      assert.match(step.issues.warnings.join('\n'), /The git on the path is 2\.31/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('proves the trust with Azure Resource Manager of its cloud where no tool needs Azure DevOps', async () => {
    for (const [connection, scope] of [
      ['contoso-azure', 'https://management.azure.com/.default'],
      ['fabrikam-government', 'https://management.usgovcloudapi.net/.default'],
      ['fabrikam-china', 'https://management.chinacloudapi.cn/.default'],
    ] as const) {
      const run = await runSignIn(world, { connection, inputs: { tools: 'azureSdk' } });
      assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
      assert.equal(new URLSearchParams(run.requests.at(-1)?.body).get('scope'), scope);
    }
  });

  it('signs in with an Azure DevOps service connection, in another tenant and without System.OidcRequestUri', async () => {
    const run = await runSignIn(world, {
      connection: 'contoso-devops',
      withoutVariables: ['System.OidcRequestUri'],
    });
    assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
    assert.equal(run.requests.length, 2);
    assert.ok(!run.job.variables.has('AZURE_SUBSCRIPTION_ID'));
  });

  it('signs in in a classic release, behind a proxy with a password', async () => {
    const guarded = await startWorld({ proxy: { username: 'agent', password: 'p@ss:w0rd' } });
    try {
      guarded.behind('contoso-azure').federation.lifetimeSeconds = 20;
      const run = await runSignIn(guarded, {
        profile: 'release',
        during: async () => {
          await until('two refreshes', () => guarded.requests.length >= 4, 25_000);
        },
      });
      assert.match(run.post.maskedLog.join('\n'), /: 3 assertions, 1 access token, 0 failures\./);
      assert.ok(guarded.requests.every(({ proxied }) => proxied));
    } finally {
      await guarded.close();
    }
  }).timeout(30_000);
});
