import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { toAfterFolder } from '../../session/files.ts';

const goneWithinMs = 5_000;
const lookEveryMs = 20;

/** Waits until a process is gone; ends it after five seconds. */
export async function waitUntilGone(pid: number): Promise<void> {
  for (let waitedMs = 0; isRunning(pid); waitedMs += lookEveryMs) {
    if (waitedMs >= goneWithinMs) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await sleep(lookEveryMs);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // One that has ended is listed until its parent asks; in a container that may be nobody (proc(5), "stat").
    return !/^[^]*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** Removes the session folder and what outlives it. */
export async function removeSession(folder: string): Promise<void> {
  for (const each of [folder, toAfterFolder(folder)]) {
    await rm(each, { recursive: true, force: true, maxRetries: 5 });
  }
}
