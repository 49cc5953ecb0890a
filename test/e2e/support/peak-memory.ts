import { readdirSync, readFileSync } from 'node:fs';
import { setInterval } from 'node:timers/promises';

/** Watches the memory of the processes that this one starts. Linux only: it reads /proc. */
export interface PeakMemory {
  /** The highest resident set of any of them so far, in bytes; what it was at last is forgotten. */
  readonly take: () => number;
  readonly stop: () => Promise<void>;
}

/** Whether this platform lets us look. */
export const canMeasureMemory: boolean = process.platform === 'linux';

/** Looks every few milliseconds; the kernel keeps the peak, so only what ends in between is missed. */
export function watchPeakMemory(everyMs = 10): PeakMemory {
  let peak = 0;
  const stopped = new AbortController();
  const watch = async (): Promise<void> => {
    try {
      for await (const _ of setInterval(everyMs, undefined, { signal: stopped.signal })) {
        peak = Math.max(peak, ...listChildren().map(readPeak));
      }
    } catch (error) {
      if (!stopped.signal.aborted) throw error;
    }
  };
  const watching = watch();
  return {
    take: () => {
      const taken = peak;
      peak = 0;
      return taken;
    },
    stop: async () => {
      stopped.abort();
      await watching;
    },
  };
}

function listChildren(): readonly string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    read(`/proc/self/task/${thread}/children`).split(' ').filter(Boolean),
  );
}

function readPeak(pid: string): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

// A process may end at any moment.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
