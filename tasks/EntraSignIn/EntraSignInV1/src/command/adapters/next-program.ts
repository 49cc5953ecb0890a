import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
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
  const isWindows = process.platform === 'win32';
  const endings = isWindows ? ['.exe', '.cmd', '.bat'] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const bin = resolve(sessionFolder, files.bin);
  const own = folders.findLastIndex((folder) => resolve(folder) === bin);
  // Only what comes later: two sign-ins of a job would ask each other for ever.
  const file = folders
    .slice(own + 1)
    .flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)))
    .find(isExecutable);
  if (file === undefined) return undefined;
  const shell = /\.(?:cmd|bat)$/i.test(file);
  return (
    spawnSync(shell ? `"${file}"` : file, args, { stdio: 'inherit', shell, windowsHide: true })
      .status ?? 1
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
