import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folders of the path, the first one first. */
export const readPath = (): readonly string[] =>
  (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');

/** Where a program is in the first of these folders that has it; undefined where none does. */
export function findProgram(program: string, folders: readonly string[]): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder, `${program}${ending}`)))
    .find(isExecutable);
}

/** How a program is started: on Windows a script of cmd is no program of its own. */
export function toLaunch(file: string): { readonly file: string; readonly shell: boolean } {
  const shell = /\.(?:cmd|bat)$/i.test(file);
  return { file: shell ? `"${file}"` : file, shell };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
