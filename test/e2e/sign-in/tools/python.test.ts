import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requirePython } from '../../../local/python-packages.ts';
import { startWorld, type World } from '../../../local/world.ts';
import { runSignIn, type Session } from '../../support/sign-in.ts';
import { assertNoTrace } from '../../support/token-traces.ts';

const feed = 'https://EntraToken@pkgs.dev.azure.com/contoso/_packaging/widgets/pypi/simple/';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in the environment of a step. */
const call = async (
  { env }: Session,
  words: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    const [file = '', ...args] = words;
    const child = execFile(file, args, { env: { ...env, ...extra } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    // Nobody answers a question.
    child.stdin?.end();
  });

describe('pip and uv in a job that is signed in', function () {
  this.timeout(300_000);
  let world: World;
  let folder: string;
  let bin: string;
  before(async function () {
    try {
      bin = await requirePython(['pip==26.3', 'uv==0.13.9']);
    } catch (error) {
      console.log(`      pip and uv were not run: ${String(error).split('\n', 1)[0]}`);
      this.skip();
    }
    world = await startWorld();
    folder = mkdtempSync(join(tmpdir(), 'pip-'));
  });
  after(async () => {
    await world?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('install from a feed of the organisation, before and after a token has ended', async () => {
    world.behind('contoso-azure').federation.lifetimeSeconds = 20;
    world.entra.expiresInSeconds = 5;
    await runSignIn(world, {
      inputs: { tools: 'python' },
      machine: { PATH: [bin, process.env['PATH'] ?? ''].join(delimiter), HOME: folder },
      during: async (session) => {
        assert.equal(session.env['PIP_KEYRING_PROVIDER'], 'subprocess');
        for (let round = 0; round < 2; round += 1) {
          for (const install of [
            [
              'pip',
              '--no-cache-dir',
              '--disable-pip-version-check',
              'install',
              '--index-url',
              feed,
            ],
            ['uv', '--no-cache', 'pip', 'install', '--default-index', feed],
          ]) {
            const target = join(folder, `${install[0]}-${round}`);
            const { code, stderr } = await call(
              session,
              [...install, '--target', target, 'contoso-greeting'],
              { SSL_CERT_FILE: world.caFile },
            );
            assert.equal(code, 0, `${install[0]}: ${stderr}`);
            const says = await call(
              session,
              ['python3', '-c', 'import contoso_greeting; print(contoso_greeting.TEXT)'],
              { PYTHONPATH: target },
            );
            assert.equal(says.stdout, 'Hello from the feed\n');
            assertNoTrace(world.issued.all, [['the output', stderr]]);
          }
          await sleep(6_000);
        }
      },
    });
    const tokens = new Set(
      world.requests.flatMap(({ host, headers }) =>
        host === 'pkgs.dev.azure.com' ? (headers['authorization'] ?? []) : [],
      ),
    );
    assert.ok(tokens.size >= 2, `${tokens.size} tokens`);
  });

  it('keep the real keyring for every other question, and answer as it does where there is none', async () => {
    const real = join(folder, 'real');
    await call({ env: process.env } as unknown as Session, ['mkdir', '-p', real]);
    writeFileSync(join(real, 'keyring'), '#!/bin/sh\necho "real $*"\nexit 7\n');
    chmodSync(join(real, 'keyring'), 0o755);
    await runSignIn(world, {
      inputs: { tools: 'python', organizations: 'contoso' },
      during: async (session) => {
        const token = world.issued.accessTokens.at(-1);
        for (const service of [
          feed,
          'https://pkgs.dev.azure.com/contoso/_packaging/widgets/pypi/simple/',
          'https://pkgs.dev.azure.com/Contoso',
          'https://contoso.pkgs.visualstudio.com/_packaging/widgets/pypi/simple/',
        ]) {
          const { code, stdout } = await call(session, ['keyring', 'get', service, 'EntraToken']);
          assert.deepEqual([code, stdout], [0, `${token}\n`], service);
        }
        for (const [words, answer] of [
          [['--mode=creds', '--output=json', 'get'], { username: 'EntraToken', password: token }],
          [['--output', 'json', 'get'], { password: token }],
        ] as const) {
          const { stdout } = await call(session, ['keyring', ...words, feed]);
          assert.deepEqual(JSON.parse(stdout), answer);
        }
        const both = await call(session, ['keyring', 'get', feed, '--mode', 'creds']);
        assert.equal(both.stdout, `EntraToken\n${token}\n`);
        const path = session.env['PATH'] ?? '';
        const [first = '', ...others] = path.split(delimiter);
        const withReal = { PATH: [first, real, ...others].join(delimiter) };
        for (const words of [
          ['get', 'https://pkgs.dev.azure.com/fabrikam/_packaging/x/pypi/simple/', 'EntraToken'],
          ['get', 'https://pkgs.dev.azure.com.evil.example/contoso/', 'EntraToken'],
          ['get', 'http://pkgs.dev.azure.com/contoso/', 'EntraToken'],
          ['get', 'pkgs.dev.azure.com', 'EntraToken'],
          ['get', 'https://pypi.example/simple', 'me'],
          ['set', 'https://pkgs.dev.azure.com/contoso/', 'EntraToken'],
          ['--list-backends'],
          ['--mode=other', 'get', 'https://pkgs.dev.azure.com/contoso/'],
        ]) {
          // Nothing else on the path: a machine may have a real one.
          const none = await call(session, [`${first}/keyring`, ...words], { PATH: first });
          assert.deepEqual([none.code, none.stdout], [1, ''], words.join(' '));
          const handed = await call(session, ['keyring', ...words], withReal);
          assert.deepEqual([handed.code, handed.stdout], [7, `real ${words.join(' ')}\n`]);
        }
      },
    });
  });

  it('hand a question from one sign-in of the job to the one before it, and no further than the end of the path', async () => {
    await runSignIn(world, {
      inputs: { tools: 'python', organizations: 'fabrikam' },
      during: async (before) => {
        await runSignIn(world, {
          inputs: { tools: 'python', organizations: 'contoso' },
          during: async (session) => {
            const bins = [`${session.folder}/bin`, `${before.folder}/bin`];
            const PATH = bins.join(delimiter);
            // Ends the whole group of processes, should they ask each other.
            const ask = async (address: string): Promise<Outcome> =>
              call(
                session,
                ['/usr/bin/timeout', '5', `${bins[0]}/keyring`, 'get', address, 'EntraToken'],
                { PATH },
              );
            for (const name of ['contoso', 'fabrikam']) {
              const { code, stdout } = await ask(`https://pkgs.dev.azure.com/${name}/`);
              assert.equal(code, 0, name);
              assert.ok(world.issued.accessTokens.includes(stdout.trim()), name);
            }
            const other = await ask('https://pypi.example/simple');
            assert.deepEqual([other.code, other.stdout], [1, '']);
          },
        });
      },
    });
  });
});
