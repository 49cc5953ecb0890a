import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../local/repository.ts';
import { vsix } from './support/run-task.ts';

interface Run {
  readonly code: number;
  readonly log: string;
}

/** Runs what `npm start` runs. */
async function run(args: readonly string[], home?: string): Promise<Run> {
  const cli = join(repository, 'out', 'test', 'local', 'cli.js');
  const child = spawn(process.execPath, [cli, '--vsix', vsix, ...args], {
    env: { ...process.env, ...(home === undefined ? {} : { HOME: home }) },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, log };
}

/** The same with a pipeline of somebody's own, whose home is told afterwards. */
async function start(pipeline: string): Promise<Run & { readonly home: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'local-run-'));
  const home = mkdtempSync(join(tmpdir(), 'own-home-'));
  try {
    const file = join(folder, 'pipeline.yml');
    writeFileSync(file, pipeline);
    return { ...(await run([file], home)), home: readdirSync(home) };
  } finally {
    for (const each of [folder, home]) rmSync(each, { recursive: true, force: true });
  }
}

describe('A local run of a pipeline of one’s own', function () {
  this.timeout(60_000);

  it('takes any names of service connections, of both kinds', async () => {
    const { code, log } = await start(`steps:
  - task: EntraToken@1
    inputs:
      azureSubscription: my-service-connection
  - task: EntraToken@1
    inputs:
      connectionType: azureDevOps
      azureDevOpsServiceConnection: my-azure-devops-connection
  - task: EntraSignIn@1
    inputs:
      azureSubscription: my-service-connection
`);
    assert.equal(code, 0, log);
  });

  it('never leaves this machine, though a program of Node.js knows no proxy by itself', async () => {
    const { code, log } = await start(`steps:
  - bash: |
      node -e "fetch('https://dev.azure.com/contoso').then(({ status }) => console.log('status', status))"
`);
    assert.equal(code, 0, log);
    assert.match(log, /^status \d+$/m);
    assert.match(log, /^azure-devops +GET /m);
  });

  for (const [what, pipeline, message] of [
    [
      'inputs that are not indented',
      'steps:\n  - task: EntraToken@1\n    inputs:\n    verify: true\n',
      /pipeline\.yml:3: Nothing is below this key: indent the lines/,
    ],
    [
      'inputs beside the step',
      'steps:\n  - task: EntraToken@1\n  inputs:\n    verify: true\n',
      /pipeline\.yml:3: This is no YAML: .* Look at how far this line/,
    ],
    ['an empty file', '', /pipeline\.yml is empty\.$/],
    ['a task with a slip', 'steps:\n  - task: EntraTokn@1\n', /Did you mean 'EntraToken@1'\?$/],
    [
      'an input with a slip',
      'steps:\n  - task: EntraToken@1\n    inputs: { azureSubscripton: x }\n',
      /Did you mean 'azureSubscription'\?/,
    ],
  ] as const) {
    it(`says in one sentence what is wrong with ${what}`, async () => {
      const { code, log } = await start(pipeline);
      assert.equal(code, 1);
      const said = log
        .split('\n')
        .filter((line) => !/^(?:Starting the local services \.\.\.)?$/.test(line));
      assert.equal(said.length, 1, log);
      assert.match(said[0] ?? '', message);
    });
  }

  it('runs the smoke pipeline as it stands, on all its images', async () => {
    const parameters = ['serviceConnection=own', 'callAzure=true'];
    const { code, log } = await run([
      join(repository, 'docs', 'smoke.yml'),
      ...parameters.flatMap((parameter) => ['--parameter', parameter]),
    ]);
    assert.equal(code, 0, log);
    assert.equal(
      log.match(/^The log must show stars instead of a token here: \*\*\*$/gm)?.length,
      9,
    );
    assert.match(log, /^Next: /m);
  });

  it('writes into a home of its own', async () => {
    const { code, log, home } = await start(`steps:
  - bash: echo x > "$HOME/.npmrc"
`);
    assert.equal(code, 0, log);
    assert.deepEqual(home, []);
  });
});
