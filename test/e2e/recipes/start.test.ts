import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLocalMachine } from '../../local/local-machine.ts';
import { explainMissing, readVersion } from '../../local/recipes/find-tool.ts';
import { recipesFolder } from '../../local/recipes/find-recipe.ts';
import { recipes } from '../../local/recipes/list.ts';
import { commandFolders, prepare } from '../../local/recipes/prepare.ts';
import type { Recipe } from '../../local/recipes/recipe.ts';
import { tools } from '../../local/recipes/tools.ts';
import { requireNode } from '../../local/nodes.ts';
import { repository } from '../../local/repository.ts';
import { isFull } from '../support/full.ts';
import { vsix } from '../support/run-task.ts';

/** Of each kind one: nothing to prepare, packages of npm, packages of PyPI, and what cannot be run here. */
const ofEachKind: ReadonlySet<string> = new Set(['rest', 'node', 'sign-in-python', 'terraform']);

/** Runs what `npm start -- docs/recipes/<name>.yml` runs, on Node 20, for somebody whose home is empty. */
async function start(
  name: string,
): Promise<{ readonly code: number; readonly log: string; readonly home: readonly string[] }> {
  const home = await mkdtemp(join(tmpdir(), 'empty-home-'));
  try {
    const { path } = await requireNode('20');
    const cli = join(repository, 'out', 'test', 'local', 'cli.js');
    // Of the home that is not empty: without it, a cargo of rustup's is none.
    const rustup = process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup');
    const child = spawn(path, [cli, '--vsix', vsix, join(recipesFolder, `${name}.yml`)], {
      env: { ...process.env, HOME: home, RUSTUP_HOME: rustup },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
    }
    const [code] = (await once(child, 'close')) as [number];
    return { code, log, home: await readdir(home) };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Why a recipe cannot run on this machine. */
async function findExcuse(recipe: Recipe): Promise<string | undefined> {
  if (recipe.notRun !== undefined) return recipe.notRun;
  const machine = await createLocalMachine(commandFolders([recipe]));
  try {
    return await prepare(recipe, machine);
  } finally {
    await machine.close();
  }
}

/** Without what an installer says, in which a temporary folder can stand. */
function shorten(excuse: string | undefined): string | undefined {
  return excuse?.replace(/(?<=could not be installed: ).*/, '');
}

describe('npm start with a recipe', function () {
  this.timeout(400_000);
  // Their scripts are for bash, as Linux and macOS have it.
  if (process.platform === 'win32') return;

  for (const recipe of recipes) {
    const { name } = recipe;
    if (!isFull && !ofEachKind.has(name)) continue;
    it(`${name}.yml is green or says what is missing, and leaves an empty home empty`, async () => {
      const { code, log, home } = await start(name);
      const says = /^This recipe does not run here: (.+)\.$/m.exec(log)?.[1];
      assert.equal(shorten(says), shorten(await findExcuse(recipe)), log);
      if (says === undefined) assert.match(log, /^Succeeded in [\d.]+ s$/m);
      assert.equal(code, says === undefined ? 0 : 1, log);
      assert.deepEqual(home, []);
    });
  }
});

describe('a tool of a recipe', () => {
  const env = { PATH: process.env['PATH'] ?? '' };
  const node = { title: 'Node.js', command: ['node', '--version'], get: 'see nodejs.org' } as const;

  it('is found', () => {
    assert.equal(explainMissing(node, env), undefined);
    assert.equal(explainMissing({ ...node, atLeast: [20, 0] }, env), undefined);
  });

  it('says its version', () => {
    assert.equal(readVersion(node, { PATH: dirname(process.execPath) }), process.versions.node);
    for (const tool of Object.values(tools)) {
      assert.match(readVersion(tool, env) ?? '0.0', /^\d+(?:\.\d+)+$/, tool.title);
    }
  });

  it('that is missing is named with how to get it', () => {
    assert.equal(
      explainMissing({ ...node, title: 'Nodium', command: ['nodium', '-v'] }, env),
      'Nodium is not on this machine (`nodium -v` does not work): see nodejs.org',
    );
  });

  it('that is too old is named with its version', () => {
    assert.match(
      explainMissing({ ...node, atLeast: [99, 1] }, env) ?? '',
      /^Node\.js is \d+\.\d+ on this machine, and 99\.1 or later is needed: see nodejs\.org$/,
    );
  });
});
