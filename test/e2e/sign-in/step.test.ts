import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startWorld, type World } from '../../local/world.ts';
import { assertNoLeak, formsOf } from '../support/leaks.ts';
import { isRunning, runSignIn, type Session, type SignInRun } from '../support/sign-in.ts';
import { assertNoTrace } from '../support/token-traces.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** Everything below a folder, with slashes. */
const list = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();

/** Every process of this user, as anybody on the machine can list it. */
function readCommandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .join('\n');
}

for (const node of ['20', '24'] as const) {
  describe(`A job that is signed in, on Node ${node}`, () => {
    let world: World;
    let run: SignInRun;
    let seen: {
      session: Session;
      files: readonly string[];
      modes: Readonly<Record<string, number>>;
      assertion: string;
      status: string;
      keeperEnvironment: readonly string[];
      keeperCommand: string;
      commandLines: string;
    };
    before(async () => {
      world = await startWorld();
      run = await runSignIn(world, {
        node,
        debug: true,
        inputs: { tools: 'git, TERRAFORM\nazuresdk' },
        during: async (session) => {
          const { folder, pid } = session;
          const files = list(folder);
          seen = {
            session,
            files,
            modes: Object.fromEntries(
              ['', ...files].map((file) => [file, modeOf(join(folder, file))]),
            ),
            assertion: readFileSync(join(folder, 'assertion'), 'utf8'),
            status: readFileSync(join(folder, 'status.json'), 'utf8'),
            keeperEnvironment: readFileSync(`/proc/${pid}/environ`, 'utf8')
              .split('\0')
              .filter((line) => line !== ''),
            keeperCommand: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
            commandLines: readCommandLines(),
          };
        },
      });
    });
    after(async () => world.close());

    it('makes two requests', () => {
      const { step, requests } = run;
      assert.equal(step.result, 'Succeeded', step.maskedLog.join('\n'));
      assert.match(step.nodeVersion ?? '', new RegExp(`^v?${node}\\.`));
      assert.deepEqual(
        requests.map(({ service, method }) => `${service} ${method}`),
        ['azure-devops POST', 'entra POST'],
      );
    });

    it('asks Entra for a token for Azure DevOps, which a chosen tool needs', () => {
      const form = new URLSearchParams(run.requests[1]?.body);
      assert.equal(form.get('scope'), '499b84ac-1321-427f-aa17-267ca6975798/.default');
    });

    it('sets the variables of the chosen tools, none of them secret', () => {
      const { connection, tenant, app } = world.behind('contoso-azure');
      const { folder, port, key } = seen.session;
      const subscriptionId = connection.data['subscriptionid'] ?? connection.data['subscriptionId'];
      const expected = {
        AZURE_CLIENT_ID: app.clientId,
        AZURE_TENANT_ID: tenant.id,
        AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
        AZURE_FEDERATED_TOKEN_FILE: `${folder}/assertion`,
        AZURE_SUBSCRIPTION_ID: subscriptionId,
        ARM_USE_OIDC: 'true',
        ARM_CLIENT_ID: app.clientId,
        ARM_TENANT_ID: tenant.id,
        ARM_ENVIRONMENT: 'public',
        ARM_OIDC_REQUEST_URL: `http://127.0.0.1:${port}/oidc/token`,
        ARM_OIDC_REQUEST_TOKEN: key,
        ARM_SUBSCRIPTION_ID: subscriptionId,
        GIT_CONFIG_GLOBAL: `${folder}/gitconfig`,
      };
      const set = run.step.commands.filter(({ event }) => event === 'setvariable');
      assert.deepEqual(
        Object.fromEntries(set.map(({ properties, data }) => [properties.get('variable'), data])),
        expected,
      );
      for (const { properties } of set) assert.notEqual(properties.get('issecret'), 'true');
      for (const [name, value] of Object.entries(expected)) {
        assert.equal(seen.session.env[name], value);
      }
    });

    it('puts entra-token on the path, in a folder of the session first', () => {
      const [first, second] = (seen.session.env['PATH'] ?? '').split(':');
      assert.equal(first, `${seen.session.folder}/bin`);
      assert.equal(second, `${seen.session.folder}-ended`);
    });

    it('makes the session folder in the temporary folder, for its owner only', () => {
      assert.match(seen.session.folder, /\/_temp\/entra-sign-in-[^/]+$/);
      assert.deepEqual(seen.files, [
        'assertion',
        'bin',
        'bin/entra-token',
        'endpoint.json',
        'gitconfig',
        'status.json',
      ]);
      assert.deepEqual(seen.modes, {
        '': 0o700,
        assertion: 0o600,
        bin: 0o700,
        'bin/entra-token': 0o700,
        'endpoint.json': 0o600,
        gitconfig: 0o600,
        'status.json': 0o600,
      });
      assert.equal(seen.assertion, world.issued.assertions.at(-1));
    });

    it('gives the keeper no secret but over its pipe', () => {
      const { keeperEnvironment, keeperCommand } = seen;
      const names = keeperEnvironment.map((line) => line.slice(0, line.indexOf('=')));
      const allowed = new Set(['VSTS_PROCESS_LOOKUP_ID', 'MALLOC_ARENA_MAX']);
      assert.deepEqual(
        names.filter((name) => !allowed.has(name)),
        [],
      );
      assert.ok(names.includes('VSTS_PROCESS_LOOKUP_ID'));
      assert.match(keeperCommand, /\/keeper\.cjs\0$/);
    });

    it('shows no secret in a command line, in a status or in a log', () => {
      assertNoTrace(
        [...world.issued.all, seen.session.key],
        [
          ['the list of processes', seen.commandLines],
          ["the keeper's environment", seen.keeperEnvironment.join('\n')],
          ['the status', seen.status],
          ['the log', run.job.maskedLog.join('\n')],
        ],
      );
      // The session folder is gone again, and the variables are the key's only place, which is masked.
      const { job, step, requests } = run;
      assertNoLeak(world, { job, step: { ...step, filesLeft: [] }, requests, code: undefined });
    });

    it('masks the key before it sets a variable with it', () => {
      const lines = run.step.rawLines.map(({ text }) => text);
      const holding = lines.filter((line) =>
        formsOf(seen.session.key).some((f) => line.includes(f)),
      );
      assert.match(holding[0] ?? '', /^##vso\[task\.setsecret\]/);
      assert.ok(holding.length > 1);
    });

    it('says who is signed in, which tools, and how long it can last', () => {
      const log = run.step.maskedLog.join('\n');
      for (const words of ['a day at most', 'azureSdk', 'terraform', 'git ', 'entra-token']) {
        assert.ok(log.includes(words), `${words}\n${log}`);
      }
      assert.match(log, /DefaultAzureCredential .* in every later step/);
      assert.ok(log.includes(world.behind('contoso-azure').tenant.id));
    });

    it('ends with one line that says how the job stayed signed in', () => {
      const { post } = run;
      assert.equal(post.result, 'Succeeded');
      assert.match(
        post.maskedLog.join('\n'),
        /Signed out\. The job stayed signed in for \d+ s: 1 assertion, 1 access token, 0 failures\./,
      );
    });

    it('leaves no process and no file', () => {
      assert.ok(!isRunning(seen.session.pid));
      assert.ok(!existsSync(seen.session.folder));
      assert.deepEqual(
        run.job.filesLeft.filter(({ path }) => path.includes('entra-sign-in')),
        [],
      );
    });
  });
}
