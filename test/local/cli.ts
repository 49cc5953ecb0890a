import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Surroundings } from './agent/surroundings.ts';
import type { RecordedRequest } from './contract.ts';
import { showFailures } from './doctor.ts';
import { parseLifetimes, readLifetimes, type Lifetimes } from './lifetimes.ts';
import { colorLine } from './log-colors.ts';
import type { NodeMajor } from './nodes.ts';
import { packageExtension } from '../../.ci/package/package.ts';
import { profiles, type ProfileName } from './profiles.ts';
import { findRecipe } from './recipes/find-recipe.ts';
import { commandFolders, furnish, installedPackages, prepare } from './recipes/prepare.ts';
import { createSources } from './recipes/sources.ts';
import { repository } from './repository.ts';
import { createLocalMachine } from './local-machine.ts';
import { addNamedConnections, type NamedConnection } from './named-connections.ts';
import { formatRequests } from './request-table.ts';
import { runPipeline } from './run-pipeline.ts';

const quickStart = join('test', 'local', 'pipelines', 'quick-start.yml');

/** What the command line asks for. */
interface Command {
  readonly pipeline: string;
  readonly profile: ProfileName;
  readonly node: NodeMajor;
  readonly debug: boolean;
  readonly vsix?: string | undefined;
  /** Show the failures instead, of which part is named by the positional argument. */
  readonly doctor: boolean;
  readonly lifetimes: Lifetimes;
  readonly part: string;
  readonly help: boolean;
}

const usage = `Runs a pipeline on a local agent, with local stand-ins for Azure DevOps and Entra.

Usage: npm start -- [options] [pipeline.yml]
       npm start -- --doctor [options] [part of a code]

The pipeline is ${quickStart} unless another one is given.

Options:
  --profile <name>  how the job is started; 'yaml' unless given:
${Object.entries(profiles)
  .map(([name, { summary }]) => `                      ${name.padEnd(25)} ${summary}`)
  .join('\n')}
  --node <20|24>    the Node.js that the agent gives the task; 24 unless given
  --debug           with System.Debug
  --assertion-life <seconds>, --token-life <seconds>
                    how long assertions and access tokens live, to see in a minute what takes
                    hours; a pipeline can ask for it in a comment '# local run: --token-life 30'
  --vsix <file>     run this package instead of packaging the extension first
  --doctor          show every failure of the task instead, as a person sees it in the log; or
                      those whose code contains the given word, such as FEDERATION
  --help            show this`;

/** The services that the pipeline runs against. */
interface World extends Surroundings {
  readonly requests: readonly RecordedRequest[];
  readonly caFile: string;
  readonly proxy: NonNullable<Surroundings['proxy']>;
  addConnection(connection: NamedConnection): Promise<unknown>;
  close(): Promise<void>;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const command = parseCommandLine(args);
    if (command.help) {
      console.log(usage);
      return 0;
    }
    return command.doctor ? await runDoctor(command) : await runCommand(command);
  } catch (error) {
    // parseArgs goes on about positionals, which nobody meant.
    const [message] = String(error instanceof Error ? error.message : error).split('. To specify');
    console.error(message);
    return 1;
  }
}

function parseCommandLine(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      profile: { type: 'string', default: 'yaml' },
      node: { type: 'string', default: '24' },
      debug: { type: 'boolean', default: false },
      vsix: { type: 'string' },
      'assertion-life': { type: 'string' },
      'token-life': { type: 'string' },
      doctor: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { profile, node, debug, vsix, doctor, help } = values;
  const [first, ...others] = positionals;
  const pipeline = first ?? join(repository, quickStart);
  if (others.length > 0) throw new Error(`One pipeline at a time: ${positionals.join(', ')}`);
  if (!Object.hasOwn(profiles, profile)) {
    const known = Object.keys(profiles).join(', ');
    throw new Error(`Unknown profile '${profile}'. Known are: ${known}.`);
  }
  if (node !== '20' && node !== '24') {
    throw new Error(`Unknown Node.js '${node}'. The agent has 20 and 24.`);
  }
  if (doctor && vsix !== undefined) throw new Error('--doctor packages the extension itself.');
  return {
    lifetimes: parseLifetimes(values),
    pipeline,
    profile: profile as ProfileName,
    node,
    debug,
    vsix,
    doctor,
    part: first ?? '',
    help,
  };
}

async function runDoctor({ node, debug, part }: Command): Promise<number> {
  process.stderr.write('Packaging the extension ...\n');
  await packageExtension();
  process.stderr.write('Provoking the failures, several at a time; each takes its retries ...\n');
  const unexpected = await showFailures({ node, debug, part, print: printLine });
  return unexpected.length === 0 ? 0 : 1;
}

function printLine(line: string): void {
  console.log(process.stdout.isTTY ? colorLine(line) : line);
}

async function runCommand(command: Command): Promise<number> {
  const { pipeline, profile, node, debug } = command;
  const lifetimes = { ...readLifetimes(pipeline), ...command.lifetimes };
  const recipe = findRecipe(pipeline);
  const machine = await createLocalMachine(commandFolders(recipe ? [recipe] : []));
  const missing = recipe && (recipe.notRun ?? (await prepare(recipe, machine)));
  if (missing !== undefined) {
    await machine.close();
    throw new Error(`This recipe does not run here: ${missing}.`);
  }
  if (command.vsix === undefined) process.stderr.write('Packaging the extension ...\n');
  const vsix = command.vsix ?? (await packageExtension());
  process.stderr.write('Starting the local services ...\n');
  const world = await startLocalWorld(lifetimes);
  const sources = await createSources(pipeline, recipe && installedPackages(recipe));
  const canceled = new AbortController();
  const cancel = (): void => {
    process.stderr.write('Canceling the job; once more ends at once ...\n');
    canceled.abort();
  };
  process.once('SIGINT', cancel);
  try {
    const startedAt = performance.now();
    const { additions } = recipe ? await furnish(machine, world, recipe) : machine;
    await addNamedConnections(pipeline, world);
    const { result, jobs } = await runPipeline(pipeline, {
      world,
      machine: additions,
      profile,
      node,
      debug,
      cancel: canceled.signal,
      sources: sources.folder,
      vsix: [vsix],
      log: printLine,
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`\nRequests that were made\n\n${formatRequests(world.requests)}`);
    const orphans = jobs.flatMap(({ verdict }) => verdict?.orphans ?? []);
    console.log(`\n${result} in ${seconds} s`);
    if (orphans.length > 0) {
      const names = orphans.map(({ name, pid }) => `${name} (${pid})`).join(', ');
      console.error(`The agent had to end what a step left running: ${names}.`);
      return 1;
    }
    return result === 'Succeeded' || result === 'SucceededWithIssues' ? 0 : 1;
  } finally {
    process.removeListener('SIGINT', cancel);
    await Promise.all([world.close(), machine.close(), sources.remove()]);
  }
}

async function startLocalWorld(lifetimes: Lifetimes): Promise<World> {
  // By a name that the compiler does not follow: the services are the other half of this pipeline.
  const { startWorld } = (await import(new URL('world.js', import.meta.url).href)) as {
    startWorld: (options: Lifetimes) => Promise<World>;
  };
  return startWorld(lifetimes);
}
