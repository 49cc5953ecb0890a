import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from '../../local/world.ts';
import { runSignIn, type Session } from '../support/sign-in.ts';

/** What git learns for an address, by the configuration of the job. */
async function fill({ env }: Session, home: string, url: string): Promise<Map<string, string>> {
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['credential', 'fill'],
      { env: { ...env, HOME: home, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true' } },
      (_, stdout) => {
        const lines = stdout.split('\n').filter((line) => line.includes('='));
        resolve(
          new Map(
            lines.map((line): [string, string] => {
              const equals = line.indexOf('=');
              return [line.slice(0, equals), line.slice(equals + 1)];
            }),
          ),
        );
      },
    );
    child.stdin?.end(`url=${url}\n\n`);
  });
}

describe('git in a job that is signed in', () => {
  let world: World;
  let home: string;
  before(async () => {
    world = await startWorld();
    home = mkdtempSync(join(tmpdir(), 'git-home-'));
    writeFileSync(
      join(home, '.gitconfig'),
      `[credential]\n\thelper = "!f() { echo username=own; echo password=own; }; f"\n`,
    );
  });
  after(async () => {
    await world.close();
    rmSync(home, { recursive: true });
  });

  it('gets the token for the organisations only, in both spellings of the host', async () => {
    await runSignIn(world, {
      inputs: { organizations: 'contoso, contoso-labs' },
      during: async (session) => {
        const token = world.issued.accessTokens.at(-1) ?? '';
        for (const [url, username] of [
          ['https://dev.azure.com/contoso/Widgets/_git/widgets', 'EntraToken'],
          ['https://contoso@dev.azure.com/contoso/Widgets/_git/widgets', 'contoso'],
          ['https://dev.azure.com/contoso-labs/Gadgets/_git/gadgets', 'EntraToken'],
          ['https://contoso.visualstudio.com/Widgets/_git/widgets', 'EntraToken'],
          ['https://contoso.visualstudio.com/DefaultCollection/Widgets/_git/widgets', 'EntraToken'],
        ] as const) {
          const answer = await fill(session, home, url);
          assert.equal(answer.get('password'), token, url);
          assert.equal(answer.get('username'), username, url);
        }
        for (const url of [
          'https://dev.azure.com/fabrikam/Widgets/_git/widgets',
          'https://dev.azure.com/contoso2/Widgets/_git/widgets',
          'https://dev.azure.com/',
          'http://dev.azure.com/contoso/Widgets/_git/widgets',
          'https://dev.azure.com:8443/contoso/Widgets/_git/widgets',
          'https://fabrikam.visualstudio.com/Widgets/_git/widgets',
          'https://contoso.visualstudio.com.evil.example/Widgets/_git/widgets',
          'https://github.example/contoso/widgets',
        ]) {
          const answer = await fill(session, home, url);
          assert.equal(answer.get('password'), 'own', `${url}: the user's own helper answers.`);
        }
      },
    });
  });

  it('sends nothing to another organisation that asks for a credential', async () => {
    const before = world.requests.length;
    const empty = mkdtempSync(join(tmpdir(), 'git-empty-'));
    await runSignIn(world, {
      during: async ({ env }) => {
        const own = { ...env, HOME: empty, GIT_TERMINAL_PROMPT: '0' };
        const clone = ['clone', 'https://dev.azure.com/fabrikam/Widgets/_git/widgets'];
        await new Promise((resolve) => {
          execFile('git', [...clone, join(empty, 'widgets')], { env: own }, resolve);
        });
      },
    });
    rmSync(empty, { recursive: true });
    const asked = world.requests.slice(before).filter(({ path }) => path.startsWith('/fabrikam/'));
    assert.ok(asked.length > 0 && asked.every(({ status }) => status === 401));
    assert.deepEqual(
      asked.map(({ headers }) => headers['authorization']),
      asked.map(() => undefined),
    );
  });

  it('still reads a configuration that the user named, and stores nothing', async () => {
    const own = join(home, 'own-config');
    writeFileSync(own, '[user]\n\tname = Named\n[credential]\n\thelper = store\n');
    await runSignIn(world, {
      machine: { GIT_CONFIG_GLOBAL: own, HOME: home },
      during: async ({ env }) => {
        const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
          execFile('git', ['config', 'user.name'], { env }, (_, stdout) => resolve({ stdout }));
        });
        assert.equal(stdout, 'Named\n');
      },
      followedBy: [
        {
          kind: 'bash',
          name: 'clone',
          script: 'git clone --quiet https://dev.azure.com/contoso/Widgets/_git/widgets',
        },
      ],
    }).then(({ job }) => assert.equal(job.result, 'Succeeded', job.maskedLog.join('\n')));
    assert.ok(!readdirSync(home).includes('.git-credentials'));
  });
});
