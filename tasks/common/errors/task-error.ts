import type { remedies } from './remedies.ts';

/** The public error codes; stable within a major version. */
export type ErrorCode = keyof typeof remedies;

/** What a TaskError carries beside its code and message. */
export interface TaskErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** How long the service asks to wait before another try, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A failure that a person can act on. The message says what was being done with which identifiers and
 * what the service said; it never holds a token, a header or a body.
 */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: TaskErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Any thrown value as a TaskError; what is not one already is a fault of ours and stays untold. */
export function toTaskError(error: unknown): TaskError {
  if (error instanceof TaskError) return error;
  // The text of a foreign error may hold anything; its class name tells enough to find it.
  const kind = error instanceof Error ? error.name : typeof error;
  return new TaskError(
    'INTERNAL_ERROR',
    `The step failed for a reason it does not know (${kind}).`,
    {
      cause: error,
    },
  );
}
