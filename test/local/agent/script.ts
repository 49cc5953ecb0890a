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

/** What PowerShell@2 puts around a script: it stops at the first error, and hands on a program's exit code. */
const aroundPowerShell = (script: string): string =>
  [
    "$ErrorActionPreference = 'stop'",
    script,
    '',
    'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }',
    '',
  ].join('\n');

/** Writes a script as Bash@3, CmdLine@2 and PowerShell@2 do; the first two do not stop at the first error. */
export async function prepareScript(
  { kind, script }: ScriptStep,
  folder: string,
): Promise<PreparedScript> {
  if (kind === 'pwsh' || kind === 'powershell') return preparePowerShell(kind, script, folder);
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

async function preparePowerShell(
  kind: 'pwsh' | 'powershell',
  script: string,
  folder: string,
): Promise<PreparedScript> {
  const path = join(folder, `${randomUUID()}.ps1`);
  // With a byte order mark, without which Windows PowerShell reads the file as ANSI.
  await writeFile(path, `\uFEFF${aroundPowerShell(script)}`);
  const command = `. '${path.replaceAll("'", "''")}'`;
  return {
    // As the task, Windows PowerShell where there is Windows, else PowerShell.
    file: kind === 'powershell' && process.platform === 'win32' ? 'powershell' : 'pwsh',
    args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', command],
    shell: 'PowerShell',
    remove: async () => rm(path, { force: true }),
  };
}

/** What a script step is called that has no name of its own. */
export function nameScript(kind: ScriptStep['kind']): string {
  return { bash: 'Bash', script: 'CmdLine', pwsh: 'PowerShell', powershell: 'PowerShell' }[kind];
}

/** The header block that stands in front of a script's output. */
export function describeScript({ kind }: ScriptStep): Readonly<Record<string, string>> {
  if (kind === 'pwsh' || kind === 'powershell') {
    return {
      Task: 'PowerShell',
      Description: 'Run a PowerShell script on Linux, macOS, or Windows',
      Version: '2.259.0',
      Author: 'Microsoft Corporation',
      Help: 'https://docs.microsoft.com/azure/devops/pipelines/tasks/utility/powershell',
    };
  }
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
