import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { LineSplitter } from './line-splitter.ts';
import type { RawLine } from './verdict.ts';

/** In which order lines of the two streams are handled. */
export type LineOrder =
  /** As the agent: what stderr has queued comes before what stdout has queued. */
  | 'stderr-first'
  /** As they arrived. */
  | 'arrival';

/** How long the agent waits for what; in milliseconds. */
export interface ProcessTimes {
  /** After SIGINT (`PROCESS_SIGINT_TIMEOUT`); 0 begins with SIGTERM. */
  readonly sigintMs: number;
  /** After SIGTERM (`PROCESS_SIGTERM_TIMEOUT`). */
  readonly sigtermMs: number;
  /** For the streams to close when the process is gone, and after `task.complete done=true`. */
  readonly drainMs: number;
}

/** A process to run. */
export interface ProcessOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly order: LineOrder;
  readonly times: ProcessTimes;
  /** Aborted: the process is asked to end, then made to. */
  readonly signal: AbortSignal;
  /** Aborted: the step is over though the process may run on. */
  readonly done: AbortSignal;
  /** A script's children get the signals too, as when the agent kills what a job left behind. */
  readonly group: boolean;
  readonly onRawLine: (line: RawLine) => void;
  readonly onLine: (text: string) => void;
}

/** How a process ended. */
export interface ProcessEnd {
  /** 128 and more when a signal ended it; undefined when the step did not wait for it. */
  readonly exitCode?: number;
  readonly signals: readonly NodeJS.Signals[];
  readonly durationMs: number;
}

/** Runs a process with closed stdin and both outputs as lines (`AS/ProcessInvoker.cs`). */
export async function runProcess(options: ProcessOptions): Promise<ProcessEnd> {
  const { times, signal } = options;
  const startedAt = performance.now();
  const child = spawn(options.file, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    // Only then can a signal go to the whole group.
    detached: options.group && process.platform !== 'win32',
  });
  // The agent closes stdin at once; a process that ended before that is no error.
  child.stdin.on('error', () => undefined).end();
  const drain = queueLines(child, options, startedAt);
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, name) => {
      // As a shell and .NET count a death by signal.
      resolve(code ?? (name === null ? undefined : 128 + constants.signals[name]));
    });
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const signals: NodeJS.Signals[] = [];
  const kill = (name: NodeJS.Signals): void => {
    signals.push(name);
    sendSignal(child, name, options.group);
  };
  const stop = async (): Promise<void> => {
    if (times.sigintMs > 0) {
      kill('SIGINT');
      if (await isOver(ended, times.sigintMs)) return;
    }
    kill('SIGTERM');
    if (await isOver(ended, times.sigtermMs)) return;
    kill('SIGKILL');
  };
  const aborted = onAbort(signal, stop);
  const givenUp = onAbort(options.done, async () => {
    await isOver(closed, times.drainMs);
  });
  try {
    const exitCode = await Promise.race([ended, givenUp.promise.then(() => undefined)]);
    const durationMs = performance.now() - startedAt;
    // A grandchild may hold the pipes open; the agent waits a while, then reads no more.
    if (child.exitCode !== null || child.signalCode !== null) await isOver(closed, times.drainMs);
    else sendSignal(child, 'SIGKILL', options.group);
    return {
      ...(exitCode === undefined ? {} : { exitCode }),
      signals,
      durationMs,
    };
  } finally {
    aborted.dispose();
    givenUp.dispose();
    drain();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Reads both streams; the returned function handles what is still queued and ends the reading. */
function queueLines(
  child: ChildProcess & { stdout: Readable; stderr: Readable },
  { order, onRawLine, onLine }: ProcessOptions,
  startedAt: number,
): () => void {
  const queues = { stderr: [] as string[], stdout: [] as string[] };
  const drain = (): void => {
    for (const queue of [queues.stderr, queues.stdout]) {
      for (const text of queue.splice(0)) onLine(text);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const splitters = { stderr: new LineSplitter(), stdout: new LineSplitter() };
  const take = (stream: RawLine['stream'], lines: readonly string[]): void => {
    for (const text of lines) {
      onRawLine({ stream, text, atMs: performance.now() - startedAt });
      if (order === 'arrival') onLine(text);
      else queues[stream].push(text);
    }
    // The agent's reader threads run ahead of the one that drains: a moment of waiting lets both
    // streams queue, so that a task which relies on their order is found out.
    timer ??= setTimeout(() => {
      timer = undefined;
      drain();
    }, 5);
  };
  for (const stream of ['stderr', 'stdout'] as const) {
    child[stream].on('data', (chunk: Buffer) => take(stream, splitters[stream].push(chunk)));
  }
  return () => {
    for (const stream of ['stderr', 'stdout'] as const) {
      child[stream].removeAllListeners('data');
      take(stream, splitters[stream].end());
    }
    clearTimeout(timer);
    drain();
  };
}

function sendSignal(child: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  try {
    // Windows has no signals: Node ends the process there, where the agent sends Ctrl+C first.
    if (group && child.pid !== undefined && process.platform !== 'win32') {
      process.kill(-child.pid, signal);
    } else child.kill(signal);
  } catch {
    // It ended in between.
  }
}

/** Whether a promise is fulfilled within the time. */
async function isOver(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Does something once when the signal is aborted; `promise` is fulfilled after that. */
function onAbort(
  signal: AbortSignal,
  act: () => Promise<void>,
): { readonly promise: Promise<void>; readonly dispose: () => void } {
  const disposed = new AbortController();
  const promise = new Promise<void>((resolve, reject) => {
    const listener = (): void => void act().then(resolve, reject);
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true, signal: disposed.signal });
  });
  return { promise, dispose: () => disposed.abort() };
}
