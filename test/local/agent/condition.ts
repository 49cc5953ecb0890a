import { evaluate } from '../expressions/evaluate.ts';
import type { ExpressionFunction } from '../expressions/functions.ts';
import { parseExpression } from '../expressions/parse.ts';
import { toBoolean, type Value } from '../expressions/value.ts';
import type { TaskResult } from './results.ts';

/** What a condition judges. */
export interface ConditionFacts {
  /** Of the job so far, or of what a job or a stage depends on. */
  readonly status: TaskResult;
  readonly variables?: Readonly<Record<string, string>>;
  /** Results and outputs of what it depends on, by name. */
  readonly dependencies?: Value;
}

/** Parsed condition of a step, a job or a stage: whether it runs. */
export type Condition = (facts: ConditionFacts) => boolean;

const isGood = (status: TaskResult): boolean =>
  status === 'Succeeded' || status === 'SucceededWithIssues';

/** The functions that ask how it went so far. */
const statusFunctions: Readonly<Record<string, (status: TaskResult) => boolean>> = {
  always: () => true,
  succeeded: isGood,
  failed: (status) => status === 'Failed',
  canceled: (status) => status === 'Canceled',
  succeededOrFailed: (status) => isGood(status) || status === 'Failed',
};

/** Parses a condition; throws for one that speaks of what nobody knows here. */
export function parseCondition(text = 'succeeded()'): Condition {
  try {
    const expression = parseExpression(text);
    const judge: Condition = ({ status, variables = {}, dependencies = {} }) =>
      toBoolean(
        evaluate(expression, {
          names: { variables, dependencies },
          functions: toFunctions(status),
        }),
      );
    // Whatever it asks for has to be known, and that shows at once.
    judge({ status: 'Succeeded' });
    return judge;
  } catch (cause) {
    throw new Error(`The condition '${text}': ${(cause as Error).message}`, { cause });
  }
}

function toFunctions(status: TaskResult): Readonly<Record<string, ExpressionFunction>> {
  return Object.fromEntries(
    Object.entries(statusFunctions).map(([name, test]) => [
      name,
      { arity: [0, 0], call: () => test(status) } as const,
    ]),
  );
}
