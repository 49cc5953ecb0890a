import assert from 'node:assert/strict';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bundlePart } from '../../.ci/package/bundle.ts';
import { listBundledPackages } from '../../.ci/package/bundled-packages.ts';
import { packageExtension } from '../../.ci/package/package.ts';
import { findTasks } from '../../.ci/package/tasks.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const taskFolder = 'tasks/EntraToken/EntraTokenV1';
const tasks = findTasks(root);
type Files = Readonly<Record<string, Uint8Array>>;

async function packageFiles(): Promise<{ readonly bytes: number; readonly files: Files }> {
  const vsix = await packageExtension({ folder: join(root, '.cache', 'package-tests', 'package') });
  const content = await readFile(vsix);
  // Entries that end in a slash are folders.
  const files = unzipSync(content, { filter: ({ name }) => !name.endsWith('/') });
  return { bytes: content.length, files };
}

describe('the packaged extension', () => {
  let bytes = 0;
  let files: Files = {};
  const textOf = (name: string): string => {
    const content = files[name];
    assert.ok(content, `${name} is not in the package`);
    return Buffer.from(content).toString('utf8');
  };

  before(async () => {
    ({ bytes, files } = await packageFiles());
  });

  it('holds what is needed and nothing else', () => {
    const images = /^images\/[\w-]+\.png$/;
    assert.deepEqual(
      Object.keys(files)
        .filter((name) => !images.test(name))
        .toSorted(),
      [
        '[Content_Types].xml',
        'LICENSE.txt',
        'README.md',
        'THIRD-PARTY-LICENSES.txt',
        'extension.vsixmanifest',
        'extension.vsomanifest',
        'sbom.cdx.json',
        ...tasks.flatMap(({ folder, parts }) => [
          `${folder}/icon.png`,
          `${folder}/task.json`,
          ...parts.map(({ bundle }) => `${folder}/${bundle}`),
        ]),
      ].toSorted(),
    );
    assert.ok(Object.keys(files).includes('images/icon.png'));
  });

  it('is at most one megabyte', () => {
    assert.ok(bytes <= 1024 * 1024, `${bytes} bytes`);
  });

  it('names the tasks in its manifest', () => {
    const { contributions } = JSON.parse(textOf('extension.vsomanifest')) as {
      contributions: readonly { readonly id: string; readonly properties: { name: string } }[];
    };
    assert.deepEqual(
      contributions.map(({ id, properties }) => [id, properties.name]),
      [
        ['entra-sign-in-task', 'tasks/EntraSignIn'],
        ['entra-token-task', 'tasks/EntraToken'],
      ],
    );
  });

  it('says nothing of the machine that packaged it', () => {
    for (const name of Object.keys(files)) {
      const content = Buffer.from(files[name] ?? []).toString('latin1');
      for (const trace of [root, root.replaceAll('\\', '/'), homedir()].filter(
        (path) => path.length > 3,
      )) {
        const at = content.indexOf(`${trace}/`);
        assert.equal(at, -1, `${name}: ${content.slice(Math.max(0, at - 80), at + 80)}`);
      }
    }
    const bundle = textOf(`${taskFolder}/main.cjs`);
    assert.doesNotMatch(
      bundle,
      /\/\/ (?:\.\.\/)*node_modules\/|sourceMappingURL|file:\/\/\/[a-z]+\//,
    );
  });

  it('takes nothing of package.json but name, version and homepage', () => {
    const bundle = textOf(`${taskFolder}/main.cjs`);
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly description: string;
      readonly homepage: string;
    };
    assert.ok(bundle.includes(manifest.homepage));
    assert.ok(!bundle.includes(manifest.description));
    assert.doesNotMatch(bundle, /devDependencies|oxlint|prettier/);
  });

  it('carries the licence text of every package in the bundle', async () => {
    const licences = textOf('THIRD-PARTY-LICENSES.txt');
    const entryPoints = tasks.flatMap(({ parts }) => parts);
    const metafiles = await Promise.all(
      entryPoints.map(async ({ entryPoint }, index) =>
        bundlePart(
          root,
          entryPoint,
          join(root, '.cache', 'package-tests', 'package', 'licences', `${index}.cjs`),
        ),
      ),
    );
    const packages = await listBundledPackages(root, metafiles);
    assert.ok(packages.length > 5);
    for (const { name, version, license } of packages) {
      const [, text] = licences.split(`${name} ${version} (${license})\n${'='.repeat(72)}\n`);
      assert.match(
        text ?? '',
        /^(?:(?!={72})[^])*?(?:Permission is hereby granted|Redistribution and use|Apache License|Permission to use, copy)/,
        name,
      );
      assert.doesNotMatch(text?.slice(0, 200) ?? '', /carries no licence text/, name);
    }
  });

  it('holds the same bytes in every file when it is packaged again', async () => {
    const { files: again } = await packageFiles();
    assert.deepEqual(Object.keys(again).toSorted(), Object.keys(files).toSorted());
    for (const [name, content] of Object.entries(again)) {
      assert.ok(Buffer.from(content).equals(Buffer.from(files[name] ?? [])), name);
    }
  });
});
