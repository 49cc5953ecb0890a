import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** By this variable the agent finds what the steps of a job left running (`AW/JobExtension.cs:556-569`). */
export const lookupVariable = 'VSTS_PROCESS_LOOKUP_ID';

/** A process that a job left behind and that the agent had to end. */
export interface Orphan {
  readonly pid: number;
  readonly name: string;
}

/** The processes in whose environment a job's id stands. Windows shows no environment: none are found there. */
export function findOrphans(lookupId: string): readonly Orphan[] {
  const mark = `${lookupVariable}=${lookupId}`;
  if (process.platform === 'linux') return readdirSync('/proc').flatMap((pid) => look(pid, mark));
  if (process.platform === 'win32') return [];
  return execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(mark))
    .map((line) => {
      const [, pid = '', command = ''] = /^\s*(\d+)\s+(\S+)/.exec(line) ?? [];
      return { pid: Number(pid), name: basename(command) };
    });
}

/** Ends a process as the agent does at the end of a job (`AW/JobExtension.cs:671-713`). */
export function endOrphan({ pid }: Orphan): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

function look(pid: string, mark: string): readonly Orphan[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    // Of a process that has ended already, nothing stands here any more.
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    if (!environment.includes(mark)) return [];
    return [{ pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }];
  } catch {
    return [];
  }
}
