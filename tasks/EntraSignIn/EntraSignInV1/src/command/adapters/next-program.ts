import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { findProgram, readPath, toLaunch } from '../../session/adapters/find-program.ts';
import { files } from '../../session/files.ts';

/**
 * Runs the program of this name that comes after those of a session folder on the path, with this process's own streams.
 * Returns its exit code; undefined where there is none.
 */
export function runNextProgram(
  name: string,
  args: readonly string[],
  sessionFolder: string,
): number | undefined {
  const folders = readPath();
  const bin = resolve(sessionFolder, files.bin);
  const own = folders.findLastIndex((folder) => resolve(folder) === bin);
  // Only what comes later: two sign-ins of a job would ask each other for ever.
  const found = findProgram(name, folders.slice(own + 1));
  if (found === undefined) return undefined;
  const { file, shell } = toLaunch(found);
  return spawnSync(file, args, { stdio: 'inherit', shell, windowsHide: true }).status ?? 1;
}
