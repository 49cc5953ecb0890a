import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../local/repository.ts';
import { vsix } from './support/run-task.ts';

/** Runs the command of `npm start` with a pipeline of somebody's own. */
async function start(
  pipeline: string,
): Promise<{ readonly code: number; readonly log: string; readonly home: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'local-run-'));
  const home = mkdtempSync(join(tmpdir(), 'own-home-'));
  try {
    const file = join(folder, 'pipeline.yml');
    writeFileSync(file, pipeline);
    const cli = join(repository, 'out', 'test', 'local', 'cli.js');
    const child = spawn(process.execPath, [cli, '--vsix', vsix, file], {
      env: { ...process.env, HOME: home },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
    }
    const [code] = (await once(child, 'close')) as [number];
    return { code, log, home: readdirSync(home) };
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

  it('writes into a home of its own', async () => {
    const { code, log, home } = await start(`steps:
  - bash: echo x > "$HOME/.npmrc"
`);
    assert.equal(code, 0, log);
    assert.deepEqual(home, []);
  });
});
