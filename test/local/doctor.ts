import { toDocumentation } from '../../tasks/EntraToken/EntraTokenV1/src/errors.ts';
import { failureGroups } from './failures.ts';
import type { NodeMajor } from './nodes.ts';
import { runFailures } from './run-failures.ts';

/** How the failures are shown. */
export interface DoctorOptions {
  readonly node: NodeMajor;
  readonly debug: boolean;
  /** Gets each line. */
  readonly print: (line: string) => void;
}

// What the agent itself writes around the step's own lines.
const frame =
  /^(?:={20,}|##\[section\](?:Starting|Finishing): .*|(?:Task|Description|Version|Author|Help) *: .*)$/;

/**
 * Shows every failure as its log would show it, one after the other: what a person reads who has to
 * find out at night why the step is red. Resolves to the names of those that ended otherwise.
 */
export async function showFailures({ node, debug, print }: DoctorOptions): Promise<string[]> {
  const failures = failureGroups.flatMap((group) => group.failures);
  const runs = runFailures(failures, { node, debug });
  const unexpected: string[] = [];
  for (const [index, pending] of runs.entries()) {
    const { failure, run } = await pending;
    const group = failureGroups.find((group) => group.failures[0] === failure);
    if (group !== undefined) print(`\n${'#'.repeat(100)}\n# ${group.title}\n${'#'.repeat(100)}`);
    print(`\n--- ${index + 1}/${runs.length} ${failure.name} (${failure.code})\n`);
    for (const line of run.step.maskedLog) if (!frame.test(line)) print(line);
    if (run.code === failure.code) continue;
    unexpected.push(failure.name);
    print(
      `!!! Expected ${failure.code}, ${toDocumentation(failure.code)}; got ${run.code ?? 'none'}.`,
    );
  }
  print(`\n${runs.length} failures, ${unexpected.length} of them ended otherwise than expected.`);
  return unexpected;
}
