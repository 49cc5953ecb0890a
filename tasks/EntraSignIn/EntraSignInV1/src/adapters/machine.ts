import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Machine } from '../tools/tool.ts';

const limitMs = 60_000;

/** The machine that the step runs on. `signal` ends what runs on it. */
export function createMachine(signal: AbortSignal): Machine {
  return {
    environment: process.env,
    find: (program) => {
      const endings =
        process.platform === 'win32' ? (process.env['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];
      return (process.env['PATH'] ?? '')
        .split(delimiter)
        .filter((folder) => folder !== '')
        .flatMap((folder) => endings.map((ending) => join(folder, `${program}${ending}`)))
        .find(isExecutable);
    },
    run: async (file, args, environment = {}) =>
      new Promise((resolve) => {
        // A script of cmd is no program of its own.
        const isScript = /\.(?:cmd|bat)$/i.test(file);
        execFile(
          isScript ? `"${file}"` : file,
          args,
          {
            env: { ...process.env, ...environment },
            timeout: limitMs,
            windowsHide: true,
            shell: isScript,
            signal,
          },
          (error, stdout, stderr) =>
            resolve({
              exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
              stdout,
              stderr,
            }),
        );
      }),
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
