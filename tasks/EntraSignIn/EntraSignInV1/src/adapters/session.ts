import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TaskError } from '../../../../common/errors/task-error.ts';
import { quote } from '../../../../common/text/text.ts';
import { commandName, toCommandFiles } from '../command-files.ts';
import type { Session } from '../collaborators.ts';
import { files, toAfterFolder, type SessionFile } from '../session/files.ts';

const removal = { recursive: true, force: true, maxRetries: 5 } as const;

/**
 * Makes a session folder in the agent's temporary folder, for its owner only, and beside it the folder that outlives
 * it, each with the command. `script` is the bundle of the command.
 */
export function openSession(temporaryFolder: string, script: string): Session {
  return attempt(temporaryFolder, () => {
    const folder = mkdtempSync(join(temporaryFolder, 'entra-sign-in-'));
    const after = toAfterFolder(folder);
    const remove = (): void => {
      for (const each of [folder, after]) rmSync(each, removal);
    };
    const isWindows = process.platform === 'win32';
    const slashes = (path: string): string => (isWindows ? path.replaceAll('\\', '/') : path);
    try {
      mkdirSync(after, { mode: 0o700 });
      const command = toCommandFiles({
        node: process.execPath,
        script,
        sessionFolder: folder,
        isWindows,
      });
      const bin = join(folder, files.bin);
      for (const place of [bin, after]) writeFiles(place, command);
      return {
        folder: slashes(folder),
        command: slashes(join(after, commandName)),
        path: [bin, after],
        write: (written) => attempt(folder, () => writeFiles(folder, written)),
        remove,
      };
    } catch (error) {
      remove();
      throw error;
    }
  });
}

function writeFiles(folder: string, written: readonly SessionFile[]): void {
  for (const { path, content, executable = false } of written) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, content, { mode: executable ? 0o700 : 0o600 });
  }
}

function attempt<Result>(folder: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new TaskError(
      'SESSION_FOLDER_UNWRITABLE',
      `Making the files of the sign-in in ${quote(folder)} failed (${code}).`,
      { cause },
    );
  }
}
