import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { requireGoTool } from '../../../local/go-programs.ts';
import { verifyAccessToken } from '../../../local/services/access-token.ts';
import { startWorld } from '../../../local/world.ts';
import { isFull } from '../../support/full.ts';
import { runSignIn } from '../../support/sign-in.ts';

/** The application id of Azure Kubernetes Service. */
const server = '6dae42f8-4368-4678-94ff-3960e28e3630';

describe('kubelogin in a job that is signed in', function () {
  this.timeout(900_000);

  it('gets a token for Azure Kubernetes Service, before and after the assertion has ended', async function () {
    if (!isFull) this.skip();
    let kubelogin: string;
    try {
      kubelogin = await requireGoTool({
        module: 'github.com/Azure/kubelogin',
        version: 'v0.2.18',
        package: '.',
        command: 'kubelogin',
      });
    } catch (error) {
      console.log(`      kubelogin was not run: ${String(error).split('\n', 1)[0]}`);
      return this.skip();
    }
    const world = await startWorld({ assertionLifeSeconds: 20, tokenLifeSeconds: 10 });
    const home = await mkdtemp(join(tmpdir(), 'kube-home-'));
    try {
      await runSignIn(world, {
        inputs: { tools: 'azureSdk' },
        during: async ({ env }) => {
          for (let round = 0; round < 3; round += 1) {
            const { stdout } = await promisify(execFile)(
              kubelogin,
              ['get-token', '--login', 'workloadidentity', '--server-id', server],
              { env: { ...env, HOME: home } },
            );
            const { status } = JSON.parse(stdout) as { status: { token: string } };
            assert.equal((await verifyAccessToken(status.token, [server])).kind, 'valid');
            await sleep(12_000);
          }
        },
      });
    } finally {
      await world.close();
      await rm(home, { recursive: true, force: true });
    }
    return undefined;
  });
});
