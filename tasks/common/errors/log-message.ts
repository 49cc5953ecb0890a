import manifest from '../../../package.json' with { type: 'json' };
import { remedies } from './remedies.ts';
import type { ErrorCode, TaskError } from './task-error.ts';

/** The error as the log shows it: what happened, what to do, the code and where to read on. */
export function toLogMessage(error: TaskError): string {
  return `${error.message}\nWhat to do: ${remedies[error.code]}\n${error.code}: ${toDocumentation(error.code)}`;
}

/** The heading of a code in the project's documentation. */
export function toDocumentation(code: ErrorCode): string {
  return `${manifest.homepage}/blob/main/docs/troubleshooting.md#${code.toLowerCase()}`;
}
