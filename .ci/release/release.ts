import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findTasks } from '../package/tasks.ts';

const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
type Version = readonly [major: number, minor: number, patch: number];

/**
 * Gives the repository in `root` a new version: package.json and package-lock.json, the extension's
 * manifest, the manifests of the tasks with that major, and the date in the changelog. Throws, and changes
 * nothing, when the tree is dirty, the version is not higher or nothing is written about it.
 */
export async function release(root: string, version: string, today: Date): Promise<void> {
  const next = parseVersion(version);
  const { stdout: changes } = await promisify(execFile)('git', ['status', '--porcelain'], {
    cwd: root,
  });
  if (changes !== '') {
    throw new Error(`Commit these changes first, so that a release is one commit:\n${changes}`);
  }
  const read = async (path: string): Promise<string> => readFile(join(root, path), 'utf8');
  const manifest = await read('package.json');
  const present = (JSON.parse(manifest) as { version: string }).version;
  if (compare(next, parseVersion(present)) <= 0) {
    throw new Error(`${version} is not higher than the present version, ${present}.`);
  }
  const folders = findTasks(root)
    .map(({ folder }) => folder)
    .filter((folder) => folder.endsWith(`V${next[0]}`));
  if (folders.length === 0) {
    throw new Error(
      `There is no task with the major ${next[0]}: a new major is a new task beside the old one.`,
    );
  }
  const taskManifests: Record<string, string> = {};
  for (const folder of folders) {
    const path = `${folder}/task.json`;
    taskManifests[path] = stampTask(await read(path), next);
  }
  const written = {
    'CHANGELOG.md': dateEntry(await read('CHANGELOG.md'), version, today),
    'package.json': replaceOnce(manifest, toField(present), toField(version)),
    'package-lock.json': stampLock(await read('package-lock.json'), present, version),
    'vss-extension.json': replaceOnce(
      await read('vss-extension.json'),
      toField(present),
      toField(version),
    ),
    ...taskManifests,
  };
  for (const [path, text] of Object.entries(written)) await writeFile(join(root, path), text);
}

function parseVersion(text: string): Version {
  const [, major, minor, patch] = semver.exec(text) ?? [];
  if (patch === undefined) throw new Error(`"${text}" is not a version such as 1.2.3.`);
  return [Number(major), Number(minor), Number(patch)];
}

function compare(left: Version, right: Version): number {
  const difference = left.map((part, index) => part - (right[index] ?? 0));
  return difference.find((part) => part !== 0) ?? 0;
}

const toField = (version: string): string => `"version": "${version}"`;

function replaceOnce(text: string, old: string, replacement: string): string {
  const [before, after, ...more] = text.split(old);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`Expected ${old} exactly once.`);
  }
  return before + replacement + after;
}

// The project's own version stands twice at the top: for the file, and for its root package.
function stampLock(text: string, present: string, version: string): string {
  const end = text.indexOf('"dependencies"');
  const head = text.slice(0, end).replaceAll(toField(present), toField(version));
  return head + text.slice(end);
}

function stampTask(text: string, [major, minor, patch]: Version): string {
  const stamped = text.replace(
    /"version":\s*\{[^}]*\}/,
    `"version": { "Major": ${major}, "Minor": ${minor}, "Patch": ${patch} }`,
  );
  if (stamped === text) throw new Error('The task has that version already.');
  return stamped;
}

/** The changelog with "Unreleased" turned into the version and its date. */
function dateEntry(changelog: string, version: string, today: Date): string {
  const [, entry = ''] = /^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(changelog) ?? [];
  if (!/^[-*] /m.test(entry)) {
    throw new Error(`Write what ${version} changes into CHANGELOG.md, below "## Unreleased".`);
  }
  const date = today.toISOString().slice(0, 10);
  return changelog.replace(/^## Unreleased$/m, `## ${version} (${date})`);
}

if (process.argv[1] === import.meta.filename) {
  const [version = ''] = process.argv.slice(2);
  try {
    await release(join(import.meta.dirname, '..', '..', '..'), version, new Date());
    console.log(
      `This is ${version} now. Look at the changes, then: git commit -am "Release ${version}" && git tag v${version}`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
