import type { JobOptions } from './options.ts';
import type { RawLine } from './verdict.ts';

/** What cancels a job, in one place. */
export interface CancelSwitch {
  readonly signal: AbortSignal;
  /** Told when a process starts, for `cancelAfterMs`. */
  readonly onProcessStart: () => void;
  /** Told each raw line, for `cancelWhen`. */
  readonly onRawLine: (line: RawLine, step: string) => void;
  readonly dispose: () => void;
}

/** Makes the switch that a job's options describe. */
export function cancelJob({ cancel, cancelAfterMs, cancelWhen }: JobOptions): CancelSwitch {
  const controller = new AbortController();
  const abort = (): void => controller.abort('canceled');
  let timer: NodeJS.Timeout | undefined;
  if (cancel?.aborted === true) abort();
  cancel?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    onProcessStart: () => {
      if (cancelAfterMs !== undefined) timer ??= setTimeout(abort, cancelAfterMs);
    },
    onRawLine: (line, step) => {
      if (cancelWhen?.(line, step) === true) abort();
    },
    dispose: () => {
      clearTimeout(timer);
      cancel?.removeEventListener('abort', abort);
    },
  };
}
