import assert from 'node:assert/strict';
import { unzipSync } from 'fflate';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageExtension, type PackageOptions } from '../../.ci/package/package.ts';
import { findTasks } from '../../.ci/package/tasks.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const madeUp = {
  id: '6f1c2b3a-0000-4000-8000-000000000003',
  name: 'MadeUp',
  friendlyName: 'Made up',
  description: 'A task that no line of the packaging knows.',
  author: 'Somebody',
  version: { Major: 1, Minor: 0, Patch: 0 },
  instanceNameFormat: 'Made up',
  execution: { Node20_1: { target: 'main.cjs' } },
  postjobexecution: { Node20_1: { target: 'sign-out.cjs' } },
};
type TaskManifest = typeof madeUp;

/** The repository with one task more: two processes that share a line of code, and a library. */
class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'several-tasks-'));
  readonly task = join(this.folder, 'tasks', 'MadeUp', 'MadeUpV1');

  constructor() {
    for (const path of [
      'package.json',
      'vss-extension.json',
      'README.md',
      'LICENSE',
      'images',
      'tasks',
    ]) {
      cpSync(join(root, path), join(this.folder, path), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    for (const name of ['sign-out', 'libraries']) {
      mkdirSync(join(this.task, 'src', name), { recursive: true });
    }
    cpSync(join(root, 'images', 'icon.png'), join(this.task, 'icon.png'));
    this.write('task.json', JSON.stringify(madeUp));
    this.write('src/word.ts', 'export const word = (who: string): string => `made up, ${who}`;');
    this.write(
      'src/main.ts',
      "import { word } from './word.ts';\nvoid import('./libraries/later.ts').then(({ later }) => process.stdout.write(word(later)));",
    );
    this.write('src/libraries/later.ts', "export const later = 'main';");
    this.write(
      'src/sign-out/main.ts',
      "import { word } from '../word.ts';\nprocess.stdout.write(word('sign-out'));",
    );
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.task, name), text);
  }

  async package(options: PackageOptions = {}): Promise<Files> {
    const vsix = await packageExtension({ ...options, repository: this.folder });
    return unzipSync(readFileSync(vsix));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Files = Readonly<Record<string, Uint8Array>>;
const readManifest = (files: Files, path: string): unknown =>
  JSON.parse(Buffer.from(files[path] ?? []).toString('utf8'));

describe('a task that is new', () => {
  let copy: Copy;
  before(() => {
    copy = new Copy();
  });
  after(() => copy.remove());

  it('is in the package with its processes and its contribution, beside the others', async () => {
    const files = await copy.package();
    assert.deepEqual(
      Object.keys(files)
        .filter((name) => name.startsWith('tasks/MadeUp/') && !name.endsWith('/'))
        .toSorted(),
      ['icon.png', 'later-library.cjs', 'main.cjs', 'sign-out.cjs', 'task.json'].map(
        (name) => `tasks/MadeUp/MadeUpV1/${name}`,
      ),
    );
    assert.ok('tasks/EntraToken/EntraTokenV1/main.cjs' in files);
    const { contributions } = readManifest(files, 'extension.vsomanifest') as {
      contributions: readonly { readonly id: string; readonly properties: object }[];
    };
    assert.deepEqual(contributions.find(({ id }) => id === 'made-up-task')?.properties, {
      name: 'tasks/MadeUp',
    });
    for (const bundle of ['later-library.cjs', 'main.cjs', 'sign-out.cjs']) {
      writeFileSync(join(copy.folder, bundle), files[`tasks/MadeUp/MadeUpV1/${bundle}`] ?? '');
    }
    for (const [bundle, who] of [
      ['main.cjs', 'main'],
      ['sign-out.cjs', 'sign-out'],
    ] as const) {
      const file = join(copy.folder, bundle);
      assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), `made up, ${who}`);
    }
  });

  it('gets an id and a name of its own in a try-out, the same each time', async () => {
    const path = 'tasks/MadeUp/MadeUpV1/task.json';
    const tried = readManifest(await copy.package({ preview: 3 }), path) as TaskManifest;
    assert.equal(tried.name, 'MadeUpPreview');
    assert.match(tried.id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const again = readManifest(await copy.package({ preview: 4 }), path) as TaskManifest;
    assert.equal(again.id, tried.id);
    assert.equal(again.version.Patch, 4);
  });

  it('is refused when a handler names what is not shipped', () => {
    const execution = { Node20_1: { target: 'other.cjs' } };
    copy.write('task.json', JSON.stringify({ ...madeUp, execution }));
    assert.throws(() => findTasks(copy.folder), /names other\.cjs for execution\.Node20_1/);
    copy.write('task.json', JSON.stringify(madeUp));
  });
});
