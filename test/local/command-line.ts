import { join } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { suggest } from './closest.ts';
import { parseLifetimes, type Lifetimes } from './lifetimes.ts';
import type { NodeMajor } from './nodes.ts';
import type { GivenParameters } from './pipeline/parameters.ts';
import { readGivenParameters } from './pipeline/read-yaml.ts';
import { profiles, type ProfileName } from './profiles.ts';
import { repository } from './repository.ts';

/** The pipeline that runs when none is named, from the repository's folder. */
const quickStart = join('test', 'local', 'pipelines', 'quick-start.yml');

/** Runs a pipeline. */
export interface RunCommand {
  readonly kind: 'run';
  readonly pipeline: string;
  readonly profile: ProfileName;
  readonly node: NodeMajor;
  readonly debug: boolean;
  /** A package to run in place of the one that is made. */
  readonly vsix?: string | undefined;
  readonly lifetimes: Lifetimes;
  readonly parameters: GivenParameters;
}

/** Shows the failures of the tasks. */
export interface DoctorCommand {
  readonly kind: 'doctor';
  readonly node: NodeMajor;
  readonly debug: boolean;
  /** Of a code: only the failures with it are shown. */
  readonly part: string;
}

/** What the command line asks for. */
export type Command =
  RunCommand | DoctorCommand | { readonly kind: 'print'; readonly text: string };

const options = {
  profile: { type: 'string', default: 'yaml' },
  node: { type: 'string', default: '24' },
  debug: { type: 'boolean', default: false },
  parameter: { type: 'string', multiple: true, default: [] as string[] },
  vsix: { type: 'string' },
  'assertion-life': { type: 'string' },
  'token-life': { type: 'string' },
  doctor: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

const usage = `Runs a pipeline on a local agent, with local stand-ins for Azure DevOps and Entra.

Usage: npm start -- [options] [pipeline.yml]
       npm start -- --doctor [options] [part of a code]

The pipeline is ${quickStart} unless another one is given.
docs/local-pipeline.md says what a pipeline can have here.

Options:
  --profile <name>  how the job is started; 'yaml' unless given:
${Object.entries(profiles)
  .map(([name, { summary }]) => `                      ${name.padEnd(25)} ${summary}`)
  .join('\n')}
  --node <20|24>    the Node.js that the agent gives the task; 24 unless given
  --debug           with System.Debug
  --parameter <name>=<value>
                    a value for one of the pipeline's own parameters, as YAML; as often as needed
  --assertion-life <seconds>, --token-life <seconds>
                    how long assertions and access tokens live, to see in a minute what takes
                    hours; a pipeline can ask for it in a comment '# local run: --token-life 30'
  --vsix <file>     run this package instead of packaging the extension first
  --doctor          show every failure of the task instead, as a person sees it in the log; or
                      those whose code contains the given word, such as FEDERATION
  -h, --help        show this
  --version         show the version of the extension

Colours: NO_COLOR takes them away, FORCE_COLOR=1 keeps them in a file.`;

/** Parses the arguments after `npm start --`; throws for what is wrong, and says what is meant or allowed. */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'print', text: usage };
  if (values.version) return { kind: 'print', text: manifest.version };
  const { node, debug, vsix, doctor } = values;
  if (positionals.length > 1) throw new Error(`One pipeline at a time: ${positionals.join(', ')}`);
  if (node !== '20' && node !== '24') {
    throw new Error(`Unknown Node.js '${node}'. The agent has 20 and 24.`);
  }
  const [first] = positionals;
  if (doctor) {
    if (vsix !== undefined) throw new Error('--doctor packages the extension itself.');
    return { kind: 'doctor', node, debug, part: first ?? '' };
  }
  return {
    kind: 'run',
    pipeline: first ?? join(repository, quickStart),
    profile: parseProfile(values.profile),
    node,
    debug,
    vsix,
    lifetimes: parseLifetimes(values),
    parameters: readGivenParameters(values.parameter),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    // parseArgs goes on about positionals, which nobody meant.
    const [message = ''] = (error as Error).message.split('. To specify');
    const [, option] = /^Unknown option '(-[^']+)'/.exec(message) ?? [];
    const known = Object.keys(options).map((name) => `--${name}`);
    if (option === undefined) throw new Error(`${message}.`.replace('..', '.'), { cause: error });
    throw new Error(
      `Unknown option '${option}'.${suggest(option, known)} Known are: ${known.join(', ')}.`,
      { cause: error },
    );
  }
}

function parseProfile(given: string): ProfileName {
  const names = Object.keys(profiles) as ProfileName[];
  const profile = names.find((name) => name.toLowerCase() === given.toLowerCase());
  if (profile !== undefined) return profile;
  throw new Error(
    `Unknown profile '${given}'.${suggest(given, names)} Known are: ${names.join(', ')}.`,
  );
}
