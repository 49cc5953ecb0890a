import { TaskError } from '../errors/task-error.ts';
import { quote } from '../text/text.ts';

/** The value of an input that is `true` or `false`, in any case; empty is false. Throws `BOOLEAN_INVALID`. */
export function parseBoolean(name: string, value: string): boolean {
  const lower = value.toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false' || lower === '') return false;
  throw new TaskError(
    'BOOLEAN_INVALID',
    `The input ${name} is ${quote(value)}. Allowed are true or false.`,
  );
}
