import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../retry.ts';

/** Milliseconds since the process began. Not of `performance`, which Node 20 would load first: 1 ms. */
export const now = (): number => process.uptime() * 1000;

/** The process's own time and chance; its sleep ends at once with the signal. */
export function clock(signal: AbortSignal): Clock {
  return {
    now,
    sleep: async (ms) => sleep(ms, undefined, { signal }),
    random: () => Math.random(),
  };
}
