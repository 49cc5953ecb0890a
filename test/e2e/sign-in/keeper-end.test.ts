import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startWorld, type World } from '../../local/world.ts';
import {
  assertionRequests,
  isRunning,
  runSignIn,
  until,
  type Session,
} from '../support/sign-in.ts';

interface Ended {
  readonly reason: string;
  readonly status: { readonly assertions: { readonly failed: number } };
}

/** What a keeper that ended by itself has left word of. */
const readEnd = ({ folder }: Session): Ended =>
  JSON.parse(readFileSync(join(`${folder}-ended`, 'ended.json'), 'utf8')) as Ended;

/** Azure DevOps refuses the job's own token this often. */
const refuseJobToken = (world: World, times: number): void =>
  world.faults.next({
    service: 'azure-devops',
    path: '/oidctoken',
    times,
    fault: { kind: 'answer', status: 401 },
  });

describe('The end of a keeper', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    world.behind('contoso-azure').federation.lifetimeSeconds = 20;
  });
  afterEach(async () => world.close());

  it("comes when Azure DevOps refuses the job's own token for good, and leaves word of it", async () => {
    const { post } = await runSignIn(world, {
      during: async (session) => {
        refuseJobToken(world, 100);
        await until('the keeper ends', () => !isRunning(session.pid), 30_000);
        assert.ok(!existsSync(session.folder));
        assert.equal(readEnd(session).reason, 'job-token-refused');
        assert.equal(readEnd(session).status.assertions.failed, 3);
      },
    });
    assert.equal(post.result, 'Succeeded');
    assert.match(
      post.maskedLog.join('\n'),
      /The sign-in had ended .*, because Azure DevOps no longer accepts the job's own token\. The job stayed signed in for \d+ s: \d+ assertions?, 1 access token, 3 failures\./,
    );
  }).timeout(60_000);

  it('does not come with one refusal, nor by two', async () => {
    await runSignIn(world, {
      during: async (session) => {
        refuseJobToken(world, 2);
        await until('four more requests', () => assertionRequests(world).length >= 5, 30_000);
        assert.ok(isRunning(session.pid));
      },
    });
  }).timeout(60_000);

  it('comes when its folder is gone', async () => {
    const run = await runSignIn(world, {
      during: async (session) => {
        rmSync(session.folder, { recursive: true });
        await until('the keeper ends', () => !isRunning(session.pid), 5_000);
        assert.ok(!existsSync(session.folder));
      },
    });
    assert.equal(run.post.result, 'Succeeded');
    assert.match(run.post.maskedLog.join('\n'), /was gone already; its files are removed\./);
  });

  it('comes when the system asks for it, and leaves no file in its folder', async () => {
    await runSignIn(world, {
      during: async (session) => {
        process.kill(session.pid, 'SIGTERM');
        await until('the keeper ends', () => !isRunning(session.pid), 5_000);
        assert.ok(!existsSync(session.folder));
        assert.equal(readEnd(session).reason, 'terminated');
      },
    });
  });

  it('by a kill leaves files, which the post-job step removes', async () => {
    const run = await runSignIn(world, {
      during: async (session) => {
        process.kill(session.pid, 'SIGKILL');
        await until('the keeper ends', () => !isRunning(session.pid), 5_000);
      },
    });
    assert.equal(run.post.result, 'Succeeded');
    assert.match(run.post.maskedLog.join('\n'), /was gone already; its files are removed\./);
    assert.deepEqual(
      run.job.filesLeft.filter(({ path }) => path.includes('entra-sign-in')),
      [],
    );
  });
});
