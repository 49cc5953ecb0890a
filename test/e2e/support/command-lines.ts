import { readdirSync, readFileSync } from 'node:fs';

/** What the command lines of the machine's processes were, while it was watched. */
export interface CommandLineWatch {
  /** Ends the watch; every command line that was seen. */
  stop(): ReadonlySet<string>;
}

const everyMs = 20;

/**
 * Looks again and again at the command lines of all processes. Only Linux shows them as files; a process
 * that lives shorter than the pause can be missed, so a clean watch alone proves nothing.
 */
export function watchCommandLines(): CommandLineWatch {
  const seen = new Set<string>();
  if (process.platform !== 'linux') return { stop: () => seen };
  const look = (): void => {
    for (const id of readdirSync('/proc')) {
      if (!/^\d+$/.test(id)) continue;
      try {
        seen.add(readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' '));
      } catch {
        // It ended in between.
      }
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return seen;
    },
  };
}
