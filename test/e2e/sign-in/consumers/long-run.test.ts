import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { requireGoProgram } from '../../../local/go-programs.ts';
import { requireJavaProgram } from '../../../local/java-programs.ts';
import { requireNode } from '../../../local/nodes.ts';
import { requirePython } from '../../../local/python-packages.ts';
import { startWorld } from '../../../local/world.ts';
import { isFull } from '../../support/full.ts';
import { runSignIn, type Session, type SignInRun } from '../../support/sign-in.ts';
import { azureIdentityForPython, sources } from './clients.ts';

/** Real time: SDKs keep what they read for 5 or 10 minutes, whatever an assertion says of itself. */
const assertionSeconds = 600;
const tokenSeconds = 720;
const runSeconds = Number(process.env['LONG_RUN_SECONDS'] ?? 25 * 60);
const scopes = ['https://management.azure.com/.default', 'https://vault.azure.net/.default'];

interface Process {
  readonly name: string;
  readonly prepare: (session: Session) => Promise<readonly string[]>;
  /** Whether the SDK keeps the file as long as an assertion lives, so that the last minute of it can be refused. */
  readonly keepsFileForTenMinutes: boolean;
}

const processes: readonly Process[] = [
  {
    name: '@azure/identity for JavaScript',
    keepsFileForTenMinutes: false,
    prepare: async () => [
      (await requireNode('24')).path,
      join(import.meta.dirname, 'clients', 'watch.js'),
    ],
  },
  {
    name: 'azure-identity for Python',
    keepsFileForTenMinutes: true,
    prepare: async () => [
      join(await requirePython([azureIdentityForPython]), 'python'),
      join(sources, 'python', 'watch.py'),
    ],
  },
  {
    name: 'azidentity for Go',
    keepsFileForTenMinutes: true,
    prepare: async () => [await requireGoProgram(join(sources, 'go'), 'watch')],
  },
  {
    name: 'azure-identity for Java',
    keepsFileForTenMinutes: false,
    prepare: async () => [
      'java',
      '-cp',
      await requireJavaProgram(join(sources, 'java')),
      'example.Watch',
    ],
  },
];

describe('A job of 25 minutes with one long-lived process of each SDK', function () {
  this.timeout((runSeconds + 900) * 1000);
  const outputs = new Map<string, readonly string[]>();
  const missing = new Map<string, string>();
  let result: SignInRun;

  before(async function () {
    if (!isFull) this.skip();
    const world = await startWorld({
      assertionLifeSeconds: assertionSeconds,
      tokenLifeSeconds: tokenSeconds,
    });
    try {
      result = await runSignIn(world, {
        inputs: { tools: 'azureSdk' },
        during: async (session) => {
          await Promise.all(processes.map(async (each) => watch(each, session)));
        },
      });
    } finally {
      await world.close();
    }
  });

  async function watch({ name, prepare }: Process, session: Session): Promise<void> {
    let command: readonly string[];
    try {
      command = await prepare(session);
    } catch (error) {
      missing.set(name, String(error).split('\n', 1)[0] ?? '');
      return;
    }
    const [file = '', ...args] = command;
    const child = spawn(file, [...args, String(runSeconds), ...scopes], {
      env: session.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(child, 'close');
    outputs.set(name, text.trim().split('\n'));
  }

  for (const { name, keepsFileForTenMinutes } of processes) {
    it(`serves ${name}`, function () {
      const why = missing.get(name);
      if (why !== undefined) {
        console.log(`      ${name} was not run: ${why}`);
        this.skip();
      }
      const lines = outputs.get(name) ?? [];
      const failed = lines.filter((line) => !line.includes(' ok '));
      console.log(`      ${name}: ${lines.length} answers, ${failed.length} refused`);
      assert.ok(lines.length >= (runSeconds / 15) * scopes.length * 0.8, `${lines.length} answers`);
      // What docs/recipes/sign-in.md says of the last minute: an old assertion, and nothing else.
      const allowed = keepsFileForTenMinutes ? / AADSTS700024$/ : /^$/;
      assert.deepEqual(
        failed.filter((line) => !allowed.test(line)),
        [],
      );
      assert.ok(failed.length <= lines.length / 10, failed.join('\n'));
    });
  }

  it('asks for at most 65 assertions an hour', () => {
    const [, assertions = ''] = /: (\d+) assertions/.exec(result.post.maskedLog.join('\n')) ?? [];
    assert.ok(Number(assertions) <= (65 * runSeconds) / 3600 + 1, assertions);
  });
});
