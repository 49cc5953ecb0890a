import type { TaskResult } from './results.ts';

/** Parsed condition of a step or job: whether it runs, given the status so far. */
export type Condition = (status: TaskResult) => boolean;

const functions: Readonly<Record<string, (args: readonly Condition[]) => Condition>> = {
  always: () => () => true,
  succeeded: () => isSucceeded,
  failed: () => (status) => status === 'Failed',
  canceled: () => (status) => status === 'Canceled',
  succeededorfailed: () => (status) => isSucceeded(status) || status === 'Failed',
  and: (args) => (status) => args.every((arg) => arg(status)),
  or: (args) => (status) => args.some((arg) => arg(status)),
  not: (args) => (status) => args[0]?.(status) !== true,
};

function isSucceeded(status: TaskResult): boolean {
  return status === 'Succeeded' || status === 'SucceededWithIssues';
}

/**
 * Parses the status functions `succeeded()`, `failed()`, `canceled()`, `succeededOrFailed()`, `always()` and
 * `and`, `or`, `not` around them; throws for anything else, so that nothing is silently taken as true.
 */
export function parseCondition(text = 'succeeded()'): Condition {
  const tokens = text.match(/\w+|\S/g) ?? [];
  const unsupported = (): Error =>
    new Error(
      `The condition '${text}' is not supported here: only ${Object.keys(functions).join('(), ')}().`,
    );
  const parse = (): Condition => {
    const token = (tokens.shift() ?? '').toLowerCase();
    if (token === 'true') return () => true;
    if (token === 'false') return () => false;
    const create = Object.hasOwn(functions, token) ? functions[token] : undefined;
    if (create === undefined || tokens.shift() !== '(') throw unsupported();
    const args: Condition[] = [];
    while (tokens[0] !== ')') {
      if (args.length > 0 && tokens.shift() !== ',') throw unsupported();
      args.push(parse());
    }
    tokens.shift();
    return create(args);
  };
  const condition = parse();
  if (tokens.length > 0) throw unsupported();
  return condition;
}
