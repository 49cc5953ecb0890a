import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../retry.ts';

/** The process's own time and chance; its sleep ends at once with the signal. */
export function clock(signal: AbortSignal): Clock {
  return {
    now: () => performance.now(),
    sleep: async (ms) => sleep(ms, undefined, { signal }),
    random: () => Math.random(),
  };
}
