import { expandMacros } from './agent/macros.ts';
import type { InstalledTask, TaskInput } from './agent/task-definition.ts';
import { suggest } from './closest.ts';
import type { ServiceConnection } from './contract.ts';

/** What the service refuses before a job starts; it has no log then, only these sentences. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The pipeline is not valid. ${problems.join(' ')}`);
    this.problems = problems;
  }
}

/** A task step as the pipeline file has it. */
export interface QueuedStep {
  /** How messages name it. */
  readonly label: string;
  readonly task: InstalledTask;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Finds the task of `Name@major`, by name or id; throws a {@link QueueError} when there is none. */
export function findTask(reference: string, tasks: readonly InstalledTask[]): InstalledTask {
  const [, name = reference, major] = /^(.+?)(?:@(\d+))?$/.exec(reference) ?? [];
  const candidates = tasks
    .filter(({ manifest }) =>
      [manifest.name, manifest.id].some((key) => key.toLowerCase() === name.toLowerCase()),
    )
    .filter(({ manifest }) => major === undefined || String(manifest.version.Major) === major)
    .toSorted((a, b) => Number(b.manifest.version.Major) - Number(a.manifest.version.Major));
  const [task] = candidates;
  if (task !== undefined) return task;
  const known = tasks.map(({ manifest }) => `${manifest.name}@${manifest.version.Major}`);
  throw new QueueError([
    `A task is missing. The pipeline references a task called '${reference}'. This usually indicates the task isn't installed; installed here: ${known.join(', ') || 'none'}.${suggest(reference, known)}`,
  ]);
}

/**
 * Does what the service does with a step's inputs when a run is queued: aliases become names, connections
 * become ids. Unknown inputs, missing required ones, and connections that do not exist or have another type
 * go to `problems`. Values of a pickList are not checked, as in the service.
 */
export function queueInputs(
  step: QueuedStep,
  connections: readonly ServiceConnection[],
  lookUp: (variable: string) => string | undefined,
  problems: string[],
): Record<string, string> {
  const declared = step.task.manifest.inputs ?? [];
  const given = new Map<string, string>();
  for (const [key, value] of Object.entries(step.inputs)) {
    const input = findInput(declared, key);
    if (input === undefined) {
      // Stricter than the agent, which would pass it on: a typing error is never what was meant.
      const known = declared.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
      problems.push(
        `${step.label} has an input '${key}' that the task does not have.${suggest(key, known)}`,
      );
    } else if (given.has(input.name)) {
      problems.push(`${step.label} has the input '${input.name}' twice, once as '${key}'.`);
    } else given.set(input.name, value);
  }
  const valueOf = (name: string): string => {
    const input = findInput(declared, name);
    return input === undefined ? '' : (given.get(input.name) ?? String(input.defaultValue ?? ''));
  };
  const result: Record<string, string> = Object.fromEntries(given);
  for (const input of declared) {
    const value = valueOf(input.name).trim();
    if (value === '') {
      if (input.required === true && isVisible(input, valueOf)) {
        problems.push(`${step.label} is missing the required input '${input.name}'.`);
      }
    } else if (input.type.toLowerCase().startsWith('connectedservice:')) {
      const id = findConnection(step, input, expandMacros(value, lookUp), connections, problems);
      if (id !== undefined) result[input.name] = id;
    }
  }
  return result;
}

function findInput(inputs: readonly TaskInput[], key: string): TaskInput | undefined {
  const wanted = key.toLowerCase();
  return inputs.find(({ name, aliases = [] }) =>
    [name, ...aliases].some((known) => known.toLowerCase() === wanted),
  );
}

function findConnection(
  { label }: QueuedStep,
  { name, type }: TaskInput,
  value: string,
  connections: readonly ServiceConnection[],
  problems: string[],
): string | undefined {
  const wanted = value.toLowerCase();
  const connection = connections.find(
    (known) => known.id.toLowerCase() === wanted || known.name.toLowerCase() === wanted,
  );
  if (connection === undefined) {
    problems.push(
      `${label} references service connection ${value} which could not be found. The service connection does not exist, has been disabled or has not been authorized for use. For authorization details, refer to https://aka.ms/yamlauthz. Known here: ${connections.map(({ name }) => name).join(', ')}.`,
    );
    return undefined;
  }
  const [, wantedType = '', schemes = ''] = type.split(':');
  if (connection.type.toLowerCase() !== wantedType.toLowerCase()) {
    problems.push(
      `${label} input ${name} expects a service connection of type ${wantedType} but the provided service connection ${value} is of type ${connection.type}.`,
    );
  }
  const { scheme } = connection.authorization;
  if (schemes !== '' && !schemes.toLowerCase().split(',').includes(scheme.toLowerCase())) {
    problems.push(
      `${label} input ${name} expects a service connection of type ${wantedType} with authentication scheme ${schemes} but the provided service connection ${value} is using authentication scheme ${scheme}.`,
    );
  }
  return connection.id.toLowerCase();
}

/** Evaluates a visibleRule of `a = b`, `a != b`, `&&` and `||`; throws for anything else. */
export function isVisible(
  { name, visibleRule }: Pick<TaskInput, 'name' | 'visibleRule'>,
  valueOf: (input: string) => string,
): boolean {
  if (visibleRule === undefined || visibleRule.trim() === '') return true;
  return visibleRule.split('||').some((all) =>
    all.split('&&').every((rule) => {
      const [, input, operator, value] = /^\s*(\w+)\s*(==?|!=)\s*(.*?)\s*$/.exec(rule) ?? [];
      if (input === undefined || value === undefined) {
        throw new Error(`The visibleRule of '${name}' is not supported here: ${visibleRule}`);
      }
      return (valueOf(input).toLowerCase() === value.toLowerCase()) === (operator !== '!=');
    }),
  );
}
