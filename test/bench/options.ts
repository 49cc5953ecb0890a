import { parseArgs } from 'node:util';
import type { NodeMajor } from '../local/nodes.ts';
import { places, type Place } from './places.ts';

/** What a run of the benchmark measures. */
export interface BenchOptions {
  /** Samples of each variant. */
  readonly runs: number;
  readonly places: readonly Place[];
  readonly nodes: readonly NodeMajor[];
  /** Also the memory of a keeper over its life: long, and without a ratio to the floor. */
  readonly keeper: boolean;
  /** In place of all that: where the time of a step goes. */
  readonly profile: boolean;
}

const nodes: readonly NodeMajor[] = ['20', '24'];

/** What `--help` prints. */
export const help = `npm run bench -- [options]

  --runs <n>      samples of each variant at each place; 15
  --at <place>    only there, may be given several times: ${places.map(({ name }) => name).join(', ')}
  --node <major>  only on this Node.js, may be given several times: ${nodes.join(', ')}
  --keeper        also the memory of a keeper over 2,000 refreshes (long; needs faketime)
  --profile       where the milliseconds of a step go, in place of the rest
  --help          this text`;

/** Parses the command line; undefined where help was asked for. Throws an error for people to read. */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '15' },
      at: { type: 'string', multiple: true, default: [] },
      node: { type: 'string', multiple: true, default: [] },
      keeper: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error(`--runs is "${values.runs}"; it takes a whole number from 1.`);
  }
  return {
    runs,
    places: choose('--at', values.at, places, ({ name }) => name),
    nodes: choose('--node', values.node, nodes, (node) => node),
    keeper: values.keeper,
    profile: values.profile,
  };
}

function choose<Choice>(
  option: string,
  wanted: readonly string[],
  all: readonly Choice[],
  nameOf: (choice: Choice) => string,
): readonly Choice[] {
  for (const name of wanted) {
    if (!all.some((choice) => nameOf(choice) === name)) {
      throw new Error(`${option} is "${name}"; it takes one of ${all.map(nameOf).join(', ')}.`);
    }
  }
  return wanted.length === 0 ? all : all.filter((choice) => wanted.includes(nameOf(choice)));
}
