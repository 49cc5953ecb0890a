import type { Surroundings } from './agent/surroundings.ts';
import { parseCommandLine, type DoctorCommand, type RunCommand } from './command-line.ts';
import type { RecordedRequest } from './contract.ts';
import { showFailures } from './doctor.ts';
import { readLifetimes, type Lifetimes } from './lifetimes.ts';
import { createLocalMachine, type LocalMachine } from './local-machine.ts';
import { packageLocally } from './local-package.ts';
import { colorLine, hasColors } from './log-colors.ts';
import { addNamedConnections, type NamedConnection } from './named-connections.ts';
import { requireNode } from './nodes.ts';
import { canHaveOwnNetwork, isInOwnNetwork, runInOwnNetwork } from './own-network.ts';
import { readPipeline } from './pipeline/read-pipeline.ts';
import type { PipelineStage } from './pipeline/pipeline.ts';
import { findRecipe } from './recipes/find-recipe.ts';
import { explainMissing } from './recipes/find-tool.ts';
import { commandFolders, furnish, installedPackages, prepare } from './recipes/prepare.ts';
import type { Recipe } from './recipes/recipe.ts';
import { createSources } from './recipes/sources.ts';
import { tools } from './recipes/tools.ts';
import { formatRequests } from './request-table.ts';
import { runPipeline, type PipelineVerdict } from './run-pipeline.ts';

/** The services that the pipeline runs against. */
interface World extends Surroundings {
  readonly requests: readonly RecordedRequest[];
  readonly caFile: string;
  readonly proxy: NonNullable<Surroundings['proxy']>;
  addConnection(connection: NamedConnection): Promise<unknown>;
  close(): Promise<void>;
}

const isColored = hasColors(process.stdout.isTTY, process.env);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(args);
    if (command.kind === 'print') {
      console.log(command.text);
      return 0;
    }
    return command.kind === 'doctor' ? await runDoctor(command) : await runCommand(command);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

async function runDoctor({ node, debug, part }: DoctorCommand): Promise<number> {
  await packageLocally(tellOfPackaging);
  tell('Provoking the failures, several at a time; each takes its retries ...');
  const unexpected = await showFailures({ node, debug, part, print: printLine });
  return unexpected.length === 0 ? 0 : 1;
}

/** What the run itself says, beside the log. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function tellOfPackaging(): void {
  tell('Packaging the extension ...');
}

function printLine(line: string): void {
  console.log(isColored ? colorLine(line) : line);
}

async function runCommand(command: RunCommand): Promise<number> {
  // First whatever can be wrong with the pipeline, then what takes its time.
  const stages = readPipeline(command.pipeline, command.parameters);
  const lifetimes = { ...readLifetimes(command.pipeline), ...command.lifetimes };
  const recipe = findRecipe(command.pipeline);
  if (isInOwnNetwork && command.vsix !== undefined) {
    return runWith(command.vsix, command, { stages, lifetimes, recipe });
  }
  const machine = await createLocalMachine(commandFolders(recipe ? [recipe] : []));
  try {
    await checkRecipe(recipe, machine);
    checkShells(stages, machine);
    // Before the log begins, which it does not belong into.
    await requireNode(command.node);
    const vsix = command.vsix ?? (await packageLocally(tellOfPackaging));
    tell('Starting the local services ...');
    if (canHaveOwnNetwork()) {
      const [, cli = '', ...args] = process.argv;
      return await runInOwnNetwork([cli, '--vsix', vsix, ...args]);
    }
    return await runWith(vsix, command, { stages, lifetimes, recipe });
  } finally {
    await machine.close();
  }
}

/** What has been read and made ready. */
interface Prepared {
  readonly stages: readonly PipelineStage[];
  readonly lifetimes: Lifetimes;
  readonly recipe: Recipe | undefined;
}

async function runWith(
  vsix: string,
  command: RunCommand,
  { stages, lifetimes, recipe }: Prepared,
): Promise<number> {
  const machine = await createLocalMachine(commandFolders(recipe ? [recipe] : []));
  try {
    const world = await startLocalWorld(lifetimes);
    try {
      await addNamedConnections(stages, world);
      return await run(command, { vsix, world, machine, recipe });
    } finally {
      await world.close();
    }
  } finally {
    await machine.close();
  }
}

async function checkRecipe(recipe: Recipe | undefined, machine: LocalMachine): Promise<void> {
  const missing = recipe && (recipe.notRun ?? (await prepare(recipe, machine)));
  if (missing !== undefined) throw new Error(`This recipe does not run here: ${missing}.`);
}

/** A step for PowerShell needs one; the agent's own message would come in the middle of the run. */
function checkShells(stages: readonly PipelineStage[], { environment }: LocalMachine): void {
  const steps = stages.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));
  const shell = steps.find(({ kind }) => kind === 'pwsh' || kind === 'powershell');
  const tool = shell?.kind === 'powershell' ? tools.windowsPowerShell : tools.powershell;
  const missing = shell && explainMissing(tool, environment);
  if (missing !== undefined) throw new Error(`The pipeline has a step for PowerShell. ${missing}.`);
}

interface Setting {
  readonly vsix: string;
  readonly world: World;
  readonly machine: LocalMachine;
  readonly recipe: Recipe | undefined;
}

async function run(command: RunCommand, setting: Setting): Promise<number> {
  const { pipeline, profile, node, debug, parameters } = command;
  const { vsix, world, machine, recipe } = setting;
  const sources = await createSources(pipeline, recipe && installedPackages(recipe));
  const canceled = new AbortController();
  const cancel = (): void => {
    tell('Canceling the job; once more ends at once ...');
    canceled.abort();
  };
  process.once('SIGINT', cancel);
  try {
    const startedAt = performance.now();
    const { additions } = recipe ? await furnish(machine, world, recipe) : machine;
    const verdict = await runPipeline(pipeline, {
      world,
      machine: additions,
      profile,
      node,
      debug,
      parameters,
      cancel: canceled.signal,
      sources: sources.folder,
      vsix: [vsix],
      log: printLine,
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`\nRequests that were made\n\n${formatRequests(world.requests)}`);
    console.log(`\n${verdict.result} in ${seconds} s`);
    return conclude(verdict);
  } finally {
    process.removeListener('SIGINT', cancel);
    await sources.remove();
  }
}

/** Says what to do next; the exit code. */
function conclude({ result, jobs }: PipelineVerdict): number {
  const orphans = jobs.flatMap(({ verdict }) => verdict?.orphans ?? []);
  if (orphans.length > 0) {
    const names = orphans.map(({ name, pid }) => `${name} (${pid})`).join(', ');
    console.error(`The agent had to end what a step left running: ${names}.`);
    return 1;
  }
  if (result === 'Succeeded' || result === 'SucceededWithIssues') {
    tell('Next: npm start -- docs/recipes/git.yml, or a pipeline of your own; npm start -- --help');
    return 0;
  }
  tell(
    'Next: the last error above says what to do; --debug shows more; npm start -- --doctor shows every failure.',
  );
  return 1;
}

async function startLocalWorld(lifetimes: Lifetimes): Promise<World> {
  // By a name that the compiler does not follow: the services are the other half of this pipeline.
  const { startWorld } = (await import(new URL('world.js', import.meta.url).href)) as {
    startWorld: (options: Lifetimes) => Promise<World>;
  };
  return startWorld(lifetimes);
}
