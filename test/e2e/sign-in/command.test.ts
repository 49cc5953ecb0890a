import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import type { StepVerdict } from '../../local/agent/verdict.ts';
import { startWorld, type World } from '../../local/world.ts';
import { readExample } from '../support/documentation.ts';
import { isRunning, runSignIn, until, type Session } from '../support/sign-in.ts';
import { assertNoTrace } from '../support/token-traces.ts';
import manifest from '../../../package.json' with { type: 'json' };

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const devOps = '499b84ac-1321-427f-aa17-267ca6975798';

/** Calls the command as a program of a step does, outside of a log. */
async function call(
  { env }: Session,
  words: readonly string[],
  extra: Readonly<Record<string, string | undefined>> = {},
): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)('entra-token', words, {
      env: { ...env, ...extra },
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

/** Asserts that docs/troubleshooting.md has the words of a failure. */
function assertTold({ stderr }: Outcome, code: string): void {
  const examples = readExample(code);
  assert.ok(examples.length > 0);
  for (const words of examples)
    assert.ok(stderr.includes(words), `"${words}" is not in:\n${stderr}`);
}

/** Asserts that a failure is one line with its code, and nothing on stdout. */
function assertRefused(outcome: Outcome, exitCode: number, code: string): void {
  assert.equal(outcome.stdout, '');
  assert.match(
    outcome.stderr,
    new RegExp(`^entra-token: [^\\n]+ What to do: [^\\n]+ \\(${code}\\)\\n$`),
  );
  assert.equal(outcome.code, exitCode);
}

for (const node of ['20', '24'] as const) {
  describe(`entra-token on Node ${node}`, () => {
    let world: World;
    before(async () => {
      world = await startWorld();
    });
    after(async () => world.close());
    const during = async (look: (session: Session) => Promise<void>): Promise<void> => {
      await runSignIn(world, { node, during: look });
    };

    it('prints an access token for Azure DevOps, as it is, as a header or as JSON', async () =>
      during(async (session) => {
        const token = world.issued.accessTokens.at(-1) ?? '';
        const plain = await call(session, []);
        assert.deepEqual(plain, { code: 0, stdout: `${token}\n`, stderr: '' });
        const header = await call(session, ['--header']);
        assert.equal(header.stdout, `Authorization: Bearer ${token}\n`);
        const json = JSON.parse((await call(session, ['--json'])).stdout) as Record<string, string>;
        assert.deepEqual(Object.keys(json), ['accessToken', 'expiresOn', 'resource', 'tenantId']);
        assert.equal(json['accessToken'], token);
        assert.equal(json['resource'], devOps);
        assert.equal(json['tenantId'], world.behind('contoso-azure').tenant.id);
        assert.ok(Date.parse(json['expiresOn'] ?? '') > Date.now() + 50 * 60_000);
      }));

    it('takes the presets and the rules of EntraToken for a resource', async () =>
      during(async (session) => {
        for (const [resource, scope] of [
          ['KEYVAULT', 'https://vault.azure.net/.default'],
          ['https://storage.azure.com', 'https://storage.azure.com/.default'],
          [`${devOps}/.default`, `${devOps}/.default`],
        ] as const) {
          const { code, stdout } = await call(session, [`--resource=${resource}`, '--no-mask']);
          assert.equal(code, 0);
          assert.ok(world.issued.accessTokens.includes(stdout.trim()));
          const asked = world.requests.map(({ body }) => new URLSearchParams(body).get('scope'));
          assert.ok(asked.includes(scope), scope);
        }
        assertRefused(await call(session, ['--resource', 'graph']), 2, 'RESOURCE_UNKNOWN');
      }));

    it('registers the masks of a new token on stderr, once, before it prints it', async () =>
      during(async (session) => {
        const first = await call(session, ['--resource', 'microsoftGraph']);
        const token = first.stdout.trim();
        const masks = first.stderr.trim().split('\n');
        assert.ok(masks.every((line) => line.startsWith('##vso[task.setsecret]')));
        assert.equal(masks[0], `##vso[task.setsecret]${token}`);
        const basic = Buffer.from(`ab:${token}`).toString('base64').replace(/=+$/, '');
        assert.ok(masks.some((line) => basic.includes(line.slice(21, -8))));
        const second = await call(session, ['--resource', 'microsoftGraph']);
        assert.deepEqual(second, { code: 0, stdout: `${token}\n`, stderr: '' });
      }));

    it('registers none outside of a pipeline, and none with --no-mask', async () =>
      during(async (session) => {
        const quiet = await call(session, ['--resource', 'powerBI', '--no-mask']);
        assert.deepEqual([quiet.code, quiet.stderr], [0, '']);
        const outside = await call(session, ['--resource', 'powerBI'], { TF_BUILD: undefined });
        assert.deepEqual([outside.code, outside.stderr], [0, '']);
        const masked = await call(session, ['--resource', 'powerBI']);
        assert.match(masked.stderr, /^##vso\[task\.setsecret\]/);
      }));

    it('gives a token that lives as long as asked, or says that there is none', async () => {
      world.entra.expiresInSeconds = 3600;
      await during(async (session) => {
        const held = (await call(session, [])).stdout;
        assert.equal((await call(session, ['--min-life', '30'])).stdout, held);
        const outcome = await call(session, ['--min-life', '90']);
        assertRefused(outcome, 1, 'TOKEN_LIFE_TOO_SHORT');
        assertTold(outcome, 'TOKEN_LIFE_TOO_SHORT');
        world.entra.expiresInSeconds = 5400;
        const longer = await call(session, ['--min-life=80']);
        assert.equal(longer.code, 0);
        assert.notEqual(longer.stdout, held);
      });
      world.entra.expiresInSeconds = undefined;
    });

    it('says in one line what is wrong with its arguments', async () =>
      during(async (session) => {
        const wrong = await call(session, ['--min-life', 'soon']);
        assertRefused(wrong, 2, 'ARGUMENT_INVALID');
        assertTold(wrong, 'ARGUMENT_INVALID');
        for (const words of [
          ['--min-life', '0'],
          ['--min-life'],
          ['--header', '--json'],
          ['--header', '--header'],
          ['--heder'],
          ['token'],
          ['status', 'now'],
          ['--resource='],
        ]) {
          const { code, stdout, stderr } = await call(session, words);
          assert.deepEqual([code, stdout], [2, ''], words.join(' '));
          assert.match(stderr, /^entra-token: [^\n]+\(ARGUMENT_INVALID\)\n$/);
        }
      }));

    it('tells how the sign-in is doing, without a token', async () =>
      during(async (session) => {
        await call(session, ['--resource', 'keyVault']);
        world.faults.next({ service: 'entra', times: 9, fault: { kind: 'answer', status: 400 } });
        assert.equal((await call(session, ['--resource', 'databricks'])).code, 1);
        world.faults.clear();
        const { code, stdout, stderr } = await call(session, ['status']);
        assert.deepEqual([code, stderr], [0, '']);
        assert.ok(stdout.includes(world.behind('contoso-azure').app.clientId));
        assert.match(stdout, /Assertion: renewed \S+Z, valid until \S+Z; 1 so far, 0 failures\./);
        assert.match(
          stdout,
          /Access tokens: 2 so far, 1 failure, the last one \S+Z \(ENTRA_RESPONSE_INVALID\)\./,
        );
        assert.match(stdout, / {2}https:\/\/vault\.azure\.net until \S+Z/);
        assertNoTrace([...world.issued.all, session.key], [['the status', stdout]]);
      }));

    it('has a help and a version', async () =>
      during(async (session) => {
        const help = await call(session, ['--help']);
        assert.equal(help.code, 0);
        for (const word of [
          '--header',
          '--json',
          '--resource',
          '--min-life',
          '--no-mask',
          'status',
        ]) {
          assert.ok(help.stdout.includes(word), word);
        }
        assert.ok(Math.max(...help.stdout.split('\n').map(({ length }) => length)) <= 110);
        assert.equal((await call(session, ['--version'])).stdout, `${manifest.version}\n`);
      }));

    it('does not hear what a job tells its own Node.js', async () =>
      during(async (session) => {
        const { code, stderr } = await call(session, [], {
          NODE_OPTIONS: '--require /nowhere.js',
          NODE_DEBUG: 'http',
        });
        assert.deepEqual([code, stderr], [0, '']);
      }));

    it('says when and why the sign-in has ended', async () =>
      during(async (session) => {
        process.kill(session.pid, 'SIGTERM');
        await until('the keeper ends', () => !isRunning(session.pid));
        assert.ok(!existsSync(session.folder));
        const outcome = await call(session, []);
        assertRefused(outcome, 1, 'SIGN_IN_ENDED');
        assertTold(outcome, 'SIGN_IN_ENDED');
        assert.match(outcome.stderr, /ended \d{4}-\d\d-\d\dT\S+Z, because the system asked/);
      }));

    it('says that nobody answers, when somebody has killed the keeper', async () =>
      during(async (session) => {
        process.kill(session.pid, 'SIGKILL');
        await until('the keeper ends', () => !isRunning(session.pid));
        const { code, stdout, stderr } = await call(session, ['--header']);
        assert.deepEqual([code, stdout], [1, '']);
        assert.match(stderr, /^entra-token: [^\n]*does not answer[^\n]*\(SIGN_IN_ENDED\)\n$/);
      }));
  });
}

describe('entra-token', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => world.close());

  it('says that a job is not signed in where there is no session folder', async () => {
    await runSignIn(world, {
      during: async (session) => {
        rmSync(session.folder, { recursive: true });
        await until('the keeper ends', () => !isRunning(session.pid));
        const outcome = await call(session, []);
        assertRefused(outcome, 1, 'NOT_SIGNED_IN');
        assertTold(outcome, 'NOT_SIGNED_IN');
      },
    });
  });

  it('never shows a token in the log of a step that prints it', async () => {
    const script = [
      'entra-token',
      'entra-token --header',
      'entra-token --json --resource keyVault',
      'echo "$(entra-token --resource microsoftGraph)"',
      'printf "user:%s" "$(entra-token --resource storage)" | base64 -w0; echo',
    ].join('\n');
    const run = await runSignIn(world, { followedBy: [{ kind: 'bash', name: 'print', script }] });
    const step = run.job.steps.find(({ name }) => name === 'print') as StepVerdict;
    assert.equal(step.result, 'Succeeded');
    assert.match(step.maskedLog.join('\n'), /Authorization: Bearer \*\*\*/);
    assertNoTrace(world.issued.all, [['the log', run.job.maskedLog.join('\n')]]);
  });
});
