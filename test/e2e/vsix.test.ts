import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { cacheFolder } from '../local/repository.ts';
import { installExtension, setWritable } from '../local/vsix.ts';

const manifest = {
  id: '093d58e4-148e-46cb-a948-c2a1a765c960',
  name: 'Sample',
  friendlyName: 'Sample',
  version: { Major: 1, Minor: '2', Patch: 3 },
  execution: { Node20_1: { target: 'main.cjs' } },
};

function contribute(name: string): Readonly<Record<string, unknown>> {
  const contributions = [
    { type: 'ms.vss-web.hub', properties: { name: 'hub' } },
    { type: 'ms.vss-distributed-task.task', properties: { name } },
  ];
  return { 'extension.vsomanifest': { contributions } };
}

describe('installExtension', () => {
  let folder: string;

  beforeEach(async () => {
    const parent = join(cacheFolder, 'test');
    await mkdir(parent, { recursive: true });
    folder = await mkdtemp(join(parent, 'vsix-'));
  });
  afterEach(async () => {
    await setWritable(folder, true);
    await rm(folder, { recursive: true });
  });

  async function writeVsix(files: Readonly<Record<string, unknown>>): Promise<string> {
    const contents = Object.entries(files).map(([path, content]) => [
      path,
      strToU8(typeof content === 'string' ? content : `\uFEFF${JSON.stringify(content)}`),
    ]);
    const path = join(folder, 'sample.vsix');
    await writeFile(path, zipSync(Object.fromEntries(contents)));
    return path;
  }

  it('takes nothing but the task’s folder, read-only', async () => {
    const vsix = await writeVsix({
      ...contribute('tasks/Sample'),
      'README.md': 'outside',
      'tasks/Sample/task.json': manifest,
      'tasks/Sample/main.cjs': '',
      'tasks/Sample/lib/inner.txt': 'inside',
      'tasks/SampleOther/task.json': manifest,
    });
    const [task, ...others] = await installExtension(vsix, folder);
    assert.deepEqual(others, []);
    assert.equal(task?.folder, join(folder, '_tasks', `Sample_${manifest.id}`, '1.2.3'));
    assert.deepEqual((await readdir(task.folder)).toSorted(), ['lib', 'main.cjs', 'task.json']);
    assert.deepEqual(await readdir(join(folder, '_tasks')), [`Sample_${manifest.id}`]);
    const { mode } = await stat(join(task.folder, 'lib', 'inner.txt'));
    assert.equal(mode & 0o222, 0);
  });

  it('takes every version one level deeper', async () => {
    const next = { ...manifest, version: { Major: 2, Minor: 0, Patch: 0 } };
    const vsix = await writeVsix({
      ...contribute('tasks/Sample'),
      'tasks/Sample/V1/task.json': manifest,
      'tasks/Sample/V1/main.cjs': '',
      'tasks/Sample/V2/task.json': next,
      'tasks/Sample/V2/main.cjs': '',
      'tasks/Sample/V2/deep/er/task.json': next,
    });
    const tasks = await installExtension(vsix, folder);
    assert.deepEqual(
      tasks.map((task) => task.manifest.version.Major),
      [1, 2],
    );
  });

  for (const [what, files, expected] of [
    ['without a manifest', { 'a.txt': '' }, /has no extension\.vsomanifest/],
    ['without a task', { 'extension.vsomanifest': {} }, /contributes no task/],
    ['without the task’s folder', contribute('tasks/Other'), /no task\.json in 'tasks\/Other'/],
    ['whose task is no JSON', { ...contribute('t'), 't/task.json': '{' }, /is not a task manifest/],
    [
      'whose task lacks its program',
      { ...contribute('t'), 't/task.json': manifest },
      /target 'main\.cjs', which is not in the task's folder/,
    ],
  ] as const) {
    it(`refuses a package ${what}`, async () => {
      await assert.rejects(installExtension(await writeVsix(files), folder), expected);
    });
  }
});
