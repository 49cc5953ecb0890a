import type { JobVariable } from '../agent/variables.ts';
import { ignore, readKeys, refuse, unsupported } from './keys.ts';
import type { YamlValue } from './yaml-value.ts';

/** One of the jobs that a matrix makes of a job. */
export interface MatrixLeg {
  readonly name: string;
  readonly variables: readonly JobVariable[];
}

/** Reads `strategy:` of a job; here its legs run one after the other. */
export function readMatrix(node: YamlValue): MatrixLeg[] {
  let legs: MatrixLeg[] | undefined;
  readKeys(node, 'a strategy', {
    ...ignore('maxParallel'),
    ...refuse('parallel'),
    matrix: (value) => {
      if (value.kind === 'scalar') throw unsupported(value, 'a matrix that a run computes');
      legs = value.entries().map(([name, variables]) => ({
        name,
        variables: Object.entries(variables.texts()).map(([key, text]) => ({
          name: key,
          value: text,
        })),
      }));
    },
  });
  if (legs === undefined || legs.length === 0) throw node.error('A strategy needs a matrix.');
  return legs;
}
