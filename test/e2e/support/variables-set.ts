import type { TaskRun } from './run-task.ts';

/** One `task.setvariable` of a step, as `name`, followed by what makes it special. */
export function variablesSet({ step }: TaskRun): readonly string[] {
  return step.commands
    .filter(({ area, event }) => area === 'task' && event === 'setvariable')
    .map(({ properties }) =>
      [
        properties.get('variable') ?? '',
        ...(properties.get('issecret') === 'true' ? ['secret'] : []),
        ...(properties.get('isoutput') === 'true' ? ['output'] : []),
      ].join(' '),
    );
}

/** Names, values and secrecy of the job's variables that begin with the name given to the step. */
export function variablesNamed(
  { job }: TaskRun,
  name: string,
): Readonly<Record<string, { readonly value: string; readonly secret: boolean }>> {
  return Object.fromEntries(
    [...job.variables]
      .filter(([key]) => key === name || key.startsWith(`${name}.`))
      .map(([key, { value, secret }]) => [key, { value, secret }]),
  );
}
