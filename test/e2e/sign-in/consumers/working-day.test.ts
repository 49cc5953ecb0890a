import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { verifyAccessToken } from '../../../local/services/access-token.ts';
import { gitRepositories } from '../../../local/services/hosted-services.ts';
import { startWorld, type World } from '../../../local/world.ts';
import { runSignIn, type Session, type SignInRun } from '../../support/sign-in.ts';
import { assertNoTrace } from '../../support/token-traces.ts';
import { clients, type Client } from './clients.ts';

const run = promisify(execFile);

/** A working day in a minute: an assertion lives 20 s in place of 10 minutes, a token 30 in place of an hour. */
const assertionSeconds = 20;
const tokenSeconds = 30;
const daySeconds = 50;

/** What became of a client over the day. */
interface Day {
  readonly client: Client;
  /** Why it cannot be run here. */
  missing?: string;
  rounds: number;
  readonly tokens: Set<string>;
  readonly failures: string[];
}

const names = clients('').map(({ name }) => name);

describe('Over a working day of refreshes', function () {
  this.timeout(400_000);
  let world: World;
  let result: SignInRun;
  let days: Day[];
  let home: string;
  const gitRounds: string[] = [];
  let gitFailure: unknown;

  before(async () => {
    world = await startWorld();
    const { federation, connection } = world.behind('contoso-azure');
    federation.lifetimeSeconds = assertionSeconds;
    world.entra.expiresInSeconds = tokenSeconds;
    days = clients(connection.id).map((client) => ({
      client,
      rounds: 0,
      tokens: new Set(),
      failures: [],
    }));
    const commands = new Map<Day, readonly string[]>();
    for (const day of days) {
      try {
        commands.set(day, await day.client.prepare());
      } catch (error) {
        [day.missing = 'unknown'] = String(error).split('\n');
      }
    }
    home = await mkdtemp(join(tmpdir(), 'consumers-home-'));
    await writeFile(
      join(home, '.gitconfig'),
      '[user]\n\tname = Somebody\n\temail = somebody@contoso.example\n[credential]\n\thelper = store\n',
    );
    result = await runSignIn(world, {
      machine: { HOME: home },
      inputs: { tools: 'azureSdk, terraform, git', organizations: 'contoso, contoso-labs' },
      during: async (session) => {
        const end = performance.now() + daySeconds * 1000;
        const clientsAtWork = async (): Promise<void> => {
          while (performance.now() < end) {
            for (const [day, command] of commands) await askOnce(day, command, session);
          }
        };
        await Promise.all([clientsAtWork(), gitAtWork(session, end)]);
      },
    });
  });
  after(async () => {
    await world.close();
    await rm(home, { recursive: true, force: true });
  });

  async function askOnce(day: Day, command: readonly string[], session: Session): Promise<void> {
    const { client } = day;
    const scope = client.scopes[day.rounds % client.scopes.length] ?? '';
    const [file = '', ...args] = command;
    try {
      const { stdout } = await run(file, [...args, scope], {
        env: { ...session.env, HOME: home, ...client.environment?.(session) },
        timeout: 60_000,
      });
      const audiences = ['https://management.azure.com', 'https://vault.azure.net'];
      const { kind } = await verifyAccessToken(stdout, audiences);
      if (kind !== 'valid') day.failures.push(`a token that is ${kind}`);
      day.tokens.add(stdout);
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      day.failures.push(stderr ?? String(error));
    }
    day.rounds += 1;
  }

  /**
   * Clones with a submodule of another organisation, then fetches and pushes all day: by the job's own token that a
   * checkout left behind, and, every other round, without it, by the helper.
   */
  async function gitAtWork(session: Session, end: number): Promise<void> {
    const folder = join(home, 'widgets');
    const env = { ...session.env, HOME: home };
    const git = async (...args: string[]): Promise<unknown> => run('git', args, { env });
    const header = 'http.https://dev.azure.com/contoso/Widgets/_git/widgets.extraheader';
    try {
      await git(
        'clone',
        '--quiet',
        '--recurse-submodules',
        'https://dev.azure.com/contoso/Widgets/_git/widgets',
        folder,
      );
      // What a checkout with persistCredentials leaves: the job's own token, for this repository only.
      const left = `AUTHORIZATION: bearer ${world.issued.jobTokens.at(-1) ?? ''}`;
      await git('-C', folder, 'config', header, left);
      while (performance.now() < end) {
        const branch = `round-${gitRounds.length}`;
        await git('-C', folder, 'commit', '--quiet', '--allow-empty', '--message', branch);
        // An empty value takes the header away.
        const without = gitRounds.length % 2 === 0 ? [] : ['-c', `${header}=`];
        const push = ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`];
        await git('-C', folder, ...without, ...push);
        await git('-C', folder, 'fetch', '--quiet', '--recurse-submodules=yes');
        gitRounds.push(branch);
        await sleep(1500);
      }
    } catch (error) {
      gitFailure = error;
    }
  }

  for (const [index, name] of names.entries()) {
    it(`serves ${name}`, function () {
      const day = days[index];
      assert.ok(day);
      if (day.missing !== undefined) {
        if (this.test) this.test.title += ` (not on this machine: ${day.missing})`;
        this.skip();
      }
      assert.deepEqual(day.failures, []);
      assert.ok(day.rounds >= 5, `${day.rounds} rounds`);
      assert.ok(
        day.tokens.size >= (day.client.asksEntra ? day.rounds : 3),
        'Generations of tokens.',
      );
    });
  }

  it('serves git: clone with a submodule of another organisation, fetch and push', async () => {
    assert.equal(gitFailure, undefined, String(gitFailure));
    assert.ok(gitRounds.length >= 8, `${gitRounds.length} rounds`);
    for (const branch of gitRounds) {
      const commit = await world.hosted.git.readBranch(gitRepositories.widgets, branch);
      assert.match(commit ?? '', /^[0-9a-f]{40}$/);
    }
    const pushes = world.requests.filter(({ path, status }) => {
      return path.endsWith('/git-receive-pack') && status === 200;
    });
    const credentials = new Set(pushes.map(({ headers }) => headers['authorization']));
    const byHelper = [...credentials].filter((credential) => credential?.startsWith('Basic '));
    assert.equal(credentials.size - byHelper.length, 1, "The job's own token.");
    assert.ok(byHelper.length >= 2, 'Several generations of access tokens.');
    const log = await run('git', ['-C', join(home, 'widgets'), 'log', '-1', '--format=%an']);
    assert.equal(log.stdout.trim(), 'Somebody', "The user's own configuration counts.");
  });

  it('lets git store nothing, though the user has a helper that would', async () => {
    assert.ok(!(await readdir(home)).includes('.git-credentials'));
    const config = await readFile(join(home, 'widgets', '.git', 'config'), 'utf8');
    // The header of the checkout stands there by its own doing.
    const { assertions, accessTokens } = world.issued;
    assertNoTrace([...assertions, ...accessTokens], [['the configuration', config]]);
  });

  it('gets new assertions all along, and no failure', () => {
    const line = result.post.maskedLog.join('\n');
    const [, assertions, , failures] =
      /: (\d+) assertions, (\d+) access tokens, (\d+) failures\./.exec(line) ?? [];
    assert.ok(Number(assertions) > (daySeconds / assertionSeconds) * 8, line);
    assert.equal(failures, '0', line);
  });
});
