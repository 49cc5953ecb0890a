import type { Tool, ToolVariable } from './tools/tool.ts';

type ReadVariable = (name: string) => string | undefined;

/** The line that names the variables which the job has with another value and which are replaced now; or none. */
export function toReplacedLine(
  variables: readonly ToolVariable[],
  readVariable: ReadVariable,
): string | undefined {
  const replaced = variables.filter(({ name, value }) => {
    const before = readVariable(name);
    return before !== undefined && before !== value;
  });
  if (replaced.length === 0) return undefined;
  return `The job had another value of ${replaced.map(({ name }) => name).join(', ')}; this sign-in replaces it.`;
}

/** Warnings of the variables that would win over the sign-in, one for each chosen tool that has any. */
export function toRivalWarnings(
  tools: readonly Tool[],
  readVariable: ReadVariable,
): readonly string[] {
  return tools.flatMap(({ name, rivals }) => {
    const set = rivals.filter((rival) => readVariable(rival) !== undefined);
    if (set.length === 0) return [];
    const them = set.length === 1 ? 'it' : 'them';
    return (
      `The job has the variable${set.length === 1 ? '' : 's'} ${set.join(', ')}, which can win over this sign-in ` +
      `in ${name}. Remove ${them}, unless a step of this job is meant to sign in with ${them}.`
    );
  });
}
