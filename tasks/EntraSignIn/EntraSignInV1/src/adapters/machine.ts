import { execFile, type ExecFileException } from 'node:child_process';
import { findProgram, readPath, toLaunch } from '../session/adapters/find-program.ts';
import type { Machine, Outcome } from '../tools/tool.ts';

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
            resolve({ ...toEnd(error), stdout, stderr }),
          );
        } catch (error) {
          // What the system refuses at once, such as an environment that is too large.
          resolve({ ...toEnd(error as ExecFileException), stdout: '', stderr: '' });
        }
      }),
  };
}

function toEnd(error: ExecFileException | null): Pick<Outcome, 'exitCode' | 'failure'> {
  if (error === null) return { exitCode: 0 };
  const { code, signal, killed = false } = error;
  if (typeof code === 'number') return { exitCode: code };
  // A program that is there and yet ENOENT is a script whose interpreter is not.
  const failure = code ?? (killed ? `no end within ${limitMs / 1000} s` : (signal ?? 'unknown'));
  return { exitCode: -1, failure };
}
