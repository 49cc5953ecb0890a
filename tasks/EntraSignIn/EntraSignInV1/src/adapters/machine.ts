import { execFile } from 'node:child_process';
import { findProgram, readPath, toLaunch } from '../session/adapters/find-program.ts';
import type { Machine } from '../tools/tool.ts';

const limitMs = 60_000;

/** The machine that the step runs on. `signal` ends what runs on it. */
export function createMachine(signal: AbortSignal): Machine {
  return {
    environment: process.env,
    find: (program) => findProgram(program, readPath()),
    run: async (program, args, environment = {}) =>
      new Promise((resolve) => {
        const { file, shell } = toLaunch(program);
        const env = { ...process.env, ...environment };
        const options = { env, timeout: limitMs, windowsHide: true, shell, signal };
        try {
          execFile(file, args, options, (error, stdout, stderr) =>
            resolve({
              exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
              stdout,
              stderr,
            }),
          );
        } catch (error) {
          // What the system refuses at once, such as an environment that is too large.
          resolve({ exitCode: -1, stdout: '', stderr: String(error) });
        }
      }),
  };
}
