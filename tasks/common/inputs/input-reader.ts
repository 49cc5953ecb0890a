import { TaskError } from '../errors/task-error.ts';
import { quote } from '../text/text.ts';

/** Reads an input of the step by its name: trimmed, empty when it was not given. */
export type ReadInput = (name: string) => string;

/**
 * Reads inputs as they were meant. Throws `VARIABLE_NOT_DEFINED` for one that still holds a `$(name)`, which
 * the agent leaves as it stands when no such variable exists (agent: `VarUtil.cs`).
 */
export function createInputReader(readInput: ReadInput): ReadInput {
  return (name) => {
    const value = readInput(name);
    const macro = /\$\(([^()]+)\)/.exec(value)?.[1];
    if (macro === undefined) return value;
    throw new TaskError(
      'VARIABLE_NOT_DEFINED',
      `The input ${name} is ${quote(value)}: the pipeline has no variable named ${quote(macro)} here, so it was not replaced.`,
    );
  };
}
