import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScriptStep } from './steps.ts';

/** A script in a file, ready to be started. */
export interface PreparedScript {
  readonly file: string;
  readonly args: readonly string[];
  /** How messages name the shell. */
  readonly shell: string;
  /** Deletes the file, which is the agent's and no test's business. */
  readonly remove: () => Promise<void>;
}

/** Writes a script as Bash@3 and CmdLine@2 do; like them it does not stop at the first error. */
export async function prepareScript(
  { kind, script }: ScriptStep,
  folder: string,
): Promise<PreparedScript> {
  const isCmd = kind === 'script' && process.platform === 'win32';
  const path = join(folder, `${randomUUID()}.${isCmd ? 'cmd' : 'sh'}`);
  await writeFile(path, isCmd ? `@echo off\r\nchcp 65001 > nul\r\n${script}` : script);
  const remove = async (): Promise<void> => rm(path, { force: true });
  if (isCmd) {
    const args = ['/D', '/E:ON', '/V:OFF', '/S', '/C', `CALL "${path}"`];
    return { file: 'cmd.exe', args, shell: 'Cmd.exe', remove };
  }
  // Bash@3 lets bash read the user's profile no more than CmdLine@2 does: it is not interactive.
  return { file: 'bash', args: ['--noprofile', '--norc', path], shell: 'Bash', remove };
}

/** The header block that stands in front of a script's output. */
export function describeScript({ kind }: ScriptStep): Readonly<Record<string, string>> {
  return kind === 'bash'
    ? {
        Task: 'Bash',
        Description: 'Run a Bash script on macOS, Linux, or Windows',
        Version: '3.259.1',
        Author: 'Microsoft Corporation',
        Help: 'https://docs.microsoft.com/azure/devops/pipelines/tasks/utility/bash',
      }
    : {
        Task: 'Command line',
        Description:
          'Run a command line script using Bash on Linux and macOS and cmd.exe on Windows',
        Version: '2.250.1',
        Author: 'Microsoft Corporation',
        Help: 'https://docs.microsoft.com/azure/devops/pipelines/tasks/utility/command-line',
      };
}
