import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { LeftFile } from './verdict.ts';

/** State of the files below some folders, to be compared later. */
export type FileStates = ReadonlyMap<string, string>;

/** Lists the files below some folders that exist. */
export async function readFileStates(folders: readonly string[]): Promise<FileStates> {
  const states = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      // A process that a step left behind may remove its files meanwhile.
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined) states.set(path, `${found.mtimeMs} ${found.size}`);
    }
  }
  return states;
}

/** The files that are new or changed since `before`, with what is in them. */
export async function findLeftFiles(
  folders: readonly string[],
  root: string,
  before: FileStates = new Map(),
): Promise<LeftFile[]> {
  const left: LeftFile[] = [];
  for (const [path, state] of await readFileStates(folders)) {
    if (before.get(path) === state) continue;
    const size = Number(state.split(' ')[1]);
    left.push({
      path: relative(root, path).replaceAll(sep, '/'),
      content: size > 1024 * 1024 ? '' : await readFile(path, 'utf8').catch(() => ''),
    });
  }
  return left;
}
