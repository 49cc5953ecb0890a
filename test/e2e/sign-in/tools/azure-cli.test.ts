import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requirePython } from '../../../local/python-packages.ts';
import { startWorld, type World } from '../../../local/world.ts';
import { assertFailedStep } from '../../support/failed-step.ts';
import { isFull } from '../../support/full.ts';
import { runTask } from '../../support/run-task.ts';
import { runSignIn, type Session } from '../../support/sign-in.ts';
import { assertNoTrace } from '../../support/token-traces.ts';

/** The newest when this was written. */
const current = 'azure-cli==2.91.0';
/** The oldest that the step accepts. */
const oldest = 'azure-cli==2.73.0';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs az in the environment of a step; its words as one text, so that it reads as in a script. */
const call = async ({ env }: Session, words: string): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile('az', words.split(' '), { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('az in a job that is signed in', function () {
  this.timeout(400_000);
  let world: World;
  let home: string;
  let path: string;
  let folder: string;

  before(async () => {
    world = await startWorld();
    home = mkdtempSync(join(tmpdir(), 'az-home-'));
    folder = mkdtempSync(join(tmpdir(), 'az-stand-in-'));
    mkdirSync(join(home, '.azure'));
    writeFileSync(join(home, '.azure', 'azureProfile.json'), '{"own":true}');
  });
  after(async () => {
    await world.close();
    for (const each of [home, folder]) rmSync(each, { recursive: true, force: true });
  });

  /** A program in place of az, for versions and faults that no package has. */
  function standIn(script: string, interpreter = '/bin/sh'): Record<string, string> {
    const az = join(folder, 'az');
    writeFileSync(az, `#!${interpreter}\n${script}\n`);
    chmodSync(az, 0o755);
    return { PATH: [folder, '/usr/bin', '/bin'].join(delimiter) };
  }

  // az goes where the machine's owner leads programs, as in every other step.
  const machine = (): Record<string, string> => ({
    PATH: path,
    HOME: home,
    HTTPS_PROXY: world.proxy.url,
    REQUESTS_CA_BUNDLE: world.caFile,
    AZURE_CORE_COLLECT_TELEMETRY: 'false',
  });

  for (const version of [current, oldest])
    describe(`the real ${version}`, () => {
      before(async function () {
        // Installing one takes minutes.
        if (version === oldest && !isFull) this.skip();
        try {
          path = [await requirePython([version]), process.env['PATH'] ?? ''].join(delimiter);
        } catch (error) {
          console.log(`      az was not run: ${String(error).split('\n', 1)[0]}`);
          this.skip();
        }
      });

      it('asks again over several lives of its tokens, and leaves the machine alone', async () => {
        world.behind('contoso-azure').federation.lifetimeSeconds = 20;
        world.entra.expiresInSeconds = 8;
        const tokens = new Set<string>();
        const run = await runSignIn(world, {
          machine: machine(),
          inputs: { tools: 'azureCli, git' },
          during: async (session) => {
            const { env } = session;
            assert.equal(env['AZURE_CONFIG_DIR'], `${session.folder}/azure`);
            const account = await call(session, 'account show --query tenantId');
            assert.deepEqual(
              [account.code, JSON.parse(account.stdout)],
              [0, world.behind('contoso-azure').tenant.id],
              account.stderr,
            );
            for (let round = 0; round < 6; round += 1) {
              const token = await call(
                session,
                'account get-access-token --resource https://management.azure.com --query accessToken --output tsv',
              );
              assert.equal(token.code, 0, token.stderr);
              tokens.add(token.stdout.trim());
              const rest = await call(
                session,
                'rest --resource 499b84ac-1321-427f-aa17-267ca6975798 --query count --url https://dev.azure.com/contoso/_apis/projects?api-version=7.1',
              );
              assert.deepEqual([rest.code, rest.stdout.trim()], [0, '1'], rest.stderr);
              const secret = await call(
                session,
                'keyvault secret show --vault-name contoso --name greeting --query name',
              );
              assert.deepEqual(
                [secret.code, secret.stdout.trim()],
                [0, '"greeting"'],
                secret.stderr,
              );
              await sleep(4_000);
            }
            assertNoTrace(
              world.issued.all,
              readdirSync(join(session.folder, 'azure'), { recursive: true, encoding: 'utf8' })
                .map((name) => join(session.folder, 'azure', name))
                .filter((file) => /\.\w+$/.test(file) && !existsSync(join(file, '.')))
                .map((file) => [file, readFileSync(file, 'utf8')] as const),
            );
          },
        });
        assert.equal(run.job.result, 'Succeeded', run.job.maskedLog.join('\n'));
        assert.ok(tokens.size >= 3, `${tokens.size} tokens`);
        assert.deepEqual(readdirSync(home), ['.azure']);
        assert.deepEqual(readdirSync(join(home, '.azure')), ['azureProfile.json']);
        assert.ok(!existsSync(run.session?.folder ?? ''));
      });

      it('signs in where the identity has no subscription, behind a proxy for plain HTTP', async () => {
        const { step } = await runSignIn(world, {
          connection: 'contoso-devops',
          machine: { ...machine(), HTTP_PROXY: world.proxy.url, no_proxy: 'localhost' },
          inputs: { tools: 'azureCli' },
          during: async (session) => {
            assert.equal(session.env['no_proxy'], 'localhost,127.0.0.1');
            const { code, stderr } = await call(session, 'account show');
            assert.equal(code, 0, stderr);
          },
        });
        assert.equal(step.result, 'Succeeded', step.maskedLog.join('\n'));
      });
    });

  it('is an error where there is none, before any request', async () => {
    const run = await runTask(world, {
      task: 'EntraSignIn@1',
      machine: { PATH: '/nowhere' },
      inputs: { tools: 'azureCli' },
    });
    assertFailedStep(world, run, 'AZURE_CLI_MISSING');
    assert.deepEqual(run.requests, []);
  });

  it('is an error where it does not run', async () => {
    const run = await runTask(world, {
      task: 'EntraSignIn@1',
      machine: standIn('echo "az: bad interpreter" >&2; exit 126'),
      inputs: { tools: 'azureCli' },
    });
    const error = assertFailedStep(world, run, 'AZURE_CLI_MISSING');
    assert.match(error, /exit code 126\. It said: az: bad interpreter/);
  });

  for (const [what, script, interpreter, words] of [
    ['its interpreter is not there', '', '/nowhere/python', /did not come to an end \(ENOENT\)/],
    ['something ends it', 'kill -9 $$', '/bin/sh', /did not come to an end \(SIGKILL\)/],
  ] as const) {
    it(`is an error where ${what}, with the reason`, async () => {
      const run = await runTask(world, {
        task: 'EntraSignIn@1',
        machine: standIn(script, interpreter),
        inputs: { tools: 'azureCli' },
      });
      assert.match(assertFailedStep(world, run, 'AZURE_CLI_MISSING'), words);
    });
  }

  it('is an error where it is too old to ask again, with its version', async () => {
    const run = await runTask(world, {
      task: 'EntraSignIn@1',
      machine: standIn(`echo '{ "azure-cli": "2.40.0", "azure-cli-core": "2.40.0" }'`),
      inputs: { tools: 'azureCli' },
    });
    assert.match(assertFailedStep(world, run, 'AZURE_CLI_TOO_OLD'), /is "2\.40\.0"; to stay/);
  });

  it('is an error where it cannot sign in, in its own words and without a secret', async () => {
    const run = await runTask(world, {
      task: 'EntraSignIn@1',
      machine: standIn(
        `[ "$1" = version ] && { echo '{ "azure-cli": "2.91.0" }'; exit; }; echo "ERROR: $* with $IDENTITY_HEADER" >&2; exit 1`,
      ),
      inputs: { tools: 'azureCli' },
    });
    const error = assertFailedStep(world, run, 'AZURE_CLI_SIGN_IN_FAILED');
    assert.match(
      error,
      /exit code 1\. It said: ERROR: login --identity --allow-no-subscriptions --output none with \*\*\*/,
    );
  });
});
