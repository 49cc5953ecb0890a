import { failureGroups, type Failure } from './failures.ts';
import type { NodeMajor } from './nodes.ts';
import { runFailures } from './run-failures.ts';

/** How the failures are shown. */
export interface DoctorOptions {
  readonly node: NodeMajor;
  readonly debug: boolean;
  /** Only failures whose code contains this, in any case; all when empty. */
  readonly part: string;
  /** Gets each line. */
  readonly print: (line: string) => void;
}

const rule = '#'.repeat(100);
// What the agent itself writes around the step's own lines.
const frame =
  /^(?:={20,}|##\[section\](?:Starting|Finishing): .*|(?:Task|Description|Version|Author|Help) *: .*)$/;

/**
 * Shows failures as their logs would show them, one after the other: what a person reads who has to find
 * out at night why the step is red. Resolves to the names of those that ended with another code.
 */
export async function showFailures(options: DoctorOptions): Promise<readonly string[]> {
  const { node, debug, part, print } = options;
  const isChosen = ({ code }: Failure): boolean => code.includes(part.toUpperCase());
  const groups = failureGroups
    .map(({ title, failures }) => ({ title, failures: failures.filter(isChosen) }))
    .filter(({ failures }) => failures.length > 0);
  const failures = groups.flatMap((group) => group.failures);
  if (failures.length === 0) throw new Error(`No failure has a code with '${part}' in it.`);
  const runs = runFailures(failures, { node, debug });
  const unexpected: string[] = [];
  for (const [index, pending] of runs.entries()) {
    const { failure, run } = await pending;
    const group = groups.find(({ failures }) => failures[0] === failure);
    if (group !== undefined) print(`\n${rule}\n# ${group.title}\n${rule}`);
    print(`\n--- ${index + 1} of ${runs.length}: ${failure.name} (${failure.code})\n`);
    for (const line of run.step.maskedLog) if (!frame.test(line)) print(line);
    if (run.code === failure.code) continue;
    unexpected.push(failure.name);
    print(`!!! It ended with ${run.code ?? 'no error'} in place of ${failure.code}.`);
  }
  print(`\n${runs.length} failures, ${unexpected.length} of them with another code than expected.`);
  return unexpected;
}
