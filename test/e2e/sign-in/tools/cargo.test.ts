import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../../../local/repository.ts';
import { startWorld, type World } from '../../../local/world.ts';
import { explainMissing } from '../../../local/recipes/find-tool.ts';
import { tools } from '../../../local/recipes/tools.ts';
import { runSignIn, type Session } from '../../support/sign-in.ts';

const index = 'sparse+https://pkgs.dev.azure.com/contoso/_packaging/widgets/Cargo/index/';

/** What each question of cargo's holds. */
const registry = (url: string) => ({ v: 1, registry: { 'index-url': url }, args: [] });

/** Asks the credential provider as cargo does. */
async function ask({ env }: Session, questions: readonly object[]): Promise<readonly object[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('cargo-credential-entra-token', ['--cargo-plugin'], { env });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.once('error', reject);
    child.once('close', () =>
      resolve(
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as object),
      ),
    );
    child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  });
}

describe('cargo in a job that is signed in', function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  before(async () => {
    world = await startWorld();
    folder = mkdtempSync(join(tmpdir(), 'cargo-'));
  });
  after(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('fetches from a registry of the organisation, before and after a token has ended', async function () {
    const env = process.env as Record<string, string>;
    const missing = explainMissing(tools.cargo, env);
    if (missing !== undefined) {
      console.log(`      cargo was not run: ${missing}`);
      this.skip();
    }
    world.behind('contoso-azure').federation.lifetimeSeconds = 20;
    world.entra.expiresInSeconds = 5;
    const project = join(folder, 'project');
    cpSync(join(repository, 'test', 'local', 'repositories', 'cargo'), project, {
      recursive: true,
    });
    await runSignIn(world, {
      inputs: { tools: 'cargo' },
      machine: {
        RUSTUP_HOME: process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup'),
        CARGO_REGISTRIES_WIDGETS_INDEX: index,
      },
      during: async (session) => {
        for (const round of [1, 2]) {
          const home = join(folder, `home-${round}`);
          const outcome = await new Promise<{ error: Error | null; stderr: string }>((resolve) => {
            execFile(
              'cargo',
              ['fetch'],
              { cwd: project, env: { ...session.env, CARGO_HOME: home } },
              (error, _, stderr) => resolve({ error, stderr }),
            );
          });
          assert.equal(outcome.error, null, outcome.stderr);
          assert.match(outcome.stderr, /Downloaded contoso-greeting v1\.0\.0/);
          await sleep(6_000);
        }
      },
    });
    const tokens = new Set(
      world.requests.flatMap(({ host, headers }) =>
        host === 'pkgs.dev.azure.com' ? (headers['authorization'] ?? []) : [],
      ),
    );
    assert.equal(tokens.size, 2);
    world.entra.expiresInSeconds = undefined;
  });

  it('hands on every other registry, and stores nothing', async () => {
    await runSignIn(world, {
      inputs: { tools: 'cargo' },
      machine: { CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS: 'cargo:token-from-stdout own' },
      during: async (session) => {
        assert.equal(
          session.env['CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS'],
          'cargo:token-from-stdout own cargo-credential-entra-token',
        );
        const answers = await ask(session, [
          { ...registry(index), kind: 'get', operation: 'read' },
          { ...registry('sparse+https://index.example/'), kind: 'get', operation: 'read' },
          {
            ...registry('sparse+https://pkgs.dev.azure.com/fabrikam/_packaging/x/Cargo/index/'),
            kind: 'get',
            operation: 'read',
          },
          { ...registry(index), kind: 'login', token: 'x' },
          { what: 'is this' },
        ]);
        const [first, read, ...others] = answers as readonly {
          v?: unknown;
          Ok?: { token: string; cache: string; expiration: number };
          Err?: { kind: string };
        }[];
        assert.deepEqual(first, { v: [1] });
        assert.equal(read?.Ok?.token, `Bearer ${world.issued.accessTokens.at(-1)}`);
        assert.equal(read?.Ok?.cache, 'expires');
        assert.ok((read?.Ok?.expiration ?? 0) > Date.now() / 1000);
        assert.deepEqual(
          others.map(({ Err }) => Err?.kind),
          [
            'url-not-supported',
            'url-not-supported',
            'operation-not-supported',
            'url-not-supported',
          ],
        );
      },
    });
  });
});
