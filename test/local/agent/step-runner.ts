import { dirname, join } from 'node:path';
import { requireNode, type NodeBinary } from '../nodes.ts';
import type { AgentFolders, Profile } from '../profiles.ts';
import type { CancelSwitch } from './cancel-job.ts';
import {
  readRepositoryCredential,
  toCheckoutFolder,
  toGitConfiguration,
  toRepositoryUrl,
} from './checkout.ts';
import type { Condition } from './condition.ts';
import { parseCommand } from './command.ts';
import { dispatchLine } from './dispatcher.ts';
import type { Endpoint } from './endpoint.ts';
import { createScriptEnvironment, createTaskEnvironment } from './environment.ts';
import { evaluateInputs, findConnectionIds } from './inputs.ts';
import { findLeftFiles, readFileStates } from './left-files.ts';
import type { Masker } from './masker.ts';
import type { AgentTimes } from './options.ts';
import { runProcess, type LineOrder, type ProcessEnd } from './process.ts';
import type {
  QueuedCheckoutStep,
  QueuedJob,
  QueuedScriptStep,
  QueuedTaskStep,
} from './queued-job.ts';
import { toRestrictions } from './restrictions.ts';
import { mergeResults, type TaskResult } from './results.ts';
import { runAttempts, type StopReason } from './run-attempts.ts';
import { describeScript, nameScript, prepareScript } from './script.ts';
import { StepContext } from './step-context.ts';
import { handlerStages, pickHandler } from './task-definition.ts';
import type { Variables } from './variables.ts';
import type { RawLine, StepVerdict } from './verdict.ts';

/** What the steps of a running job share. */
export interface JobState {
  readonly hostType: Profile['hub'];
  /** Marks every process of the job in its environment. */
  readonly lookupId: string;
  readonly folders: AgentFolders;
  readonly machine: Readonly<Record<string, string>>;
  readonly scriptMachine: Readonly<Record<string, string>>;
  /** The job's own connection and those that it references. */
  /** `task.setendpoint` puts another one in the place of one. */
  readonly endpoints: Endpoint[];
  readonly masker: Masker;
  readonly variables: Variables;
  readonly prependedPath: string[];
  readonly canceled: CancelSwitch;
  readonly order: LineOrder;
  readonly times: AgentTimes;
  readonly log: (line: string) => void;
  /** How many repositories the job checks out besides its own. */
  readonly checkouts: number;
  status: TaskResult;
}

/** One stage of one step. */
export interface StepUnit {
  readonly stage: StepVerdict['stage'];
  readonly queued: QueuedJob['steps'][number];
  /** Shared by the stages of a step. */
  readonly taskVariables: Variables;
  readonly condition: Condition;
}

/** What a step has to start, once everything about it is known. */
interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly group: boolean;
  readonly order: LineOrder;
  readonly explainExit: (exitCode: number) => string;
  readonly node?: NodeBinary;
  readonly cleanUp?: () => Promise<void>;
}

interface Ran {
  readonly end: ProcessEnd;
  readonly attempts: number;
}

/** Runs one stage of a step from its condition to its result (`AW/StepsRunner.cs`, `AW/TaskRunner.cs`). */
export async function runStep(unit: StepUnit, state: JobState): Promise<StepVerdict> {
  const { queued, stage } = unit;
  const { step, name } = queued;
  const context = createContext(unit, state);
  const displayName = nameStep(unit, state.variables);
  const rawLines: RawLine[] = [];
  const ownFolders = [state.folders.temp, state.folders.sources];
  const before = await readFileStates(ownFolders);
  let launch: Launch | undefined;
  let ran: Ran | undefined;
  let resultCode: string | undefined;
  if (!unit.condition({ status: state.status, variables: readVariables(state.variables) })) {
    context.result = 'Skipped';
    resultCode = 'The condition is false.';
  } else {
    state.variables.set('task.displayname', displayName);
    state.variables.set('system.taskDisplayName', displayName);
    state.variables.set('system.taskInstanceName', name);
    context.write(`##[section]Starting: ${displayName}`);
    try {
      writeHeader(context, describeStep(unit));
      resultCode = refuseFork(queued, state);
      if (resultCode === undefined) {
        launch = await prepareLaunch(unit, context, state);
        ran = await runLaunch(launch, unit, context, state, rawLines);
      } else context.result = 'Skipped';
    } catch (error) {
      context.error(error instanceof Error ? error.message : String(error));
      context.result = 'Failed';
    } finally {
      await launch?.cleanUp?.();
    }
    if (context.commandFailed) context.result = mergeResults(context.result, 'Failed');
    if (context.result === 'Failed' && step.continueOnError === true) {
      context.result = 'SucceededWithIssues';
    }
    if (resultCode !== undefined) context.write(resultCode);
    context.write(`##[section]Finishing: ${displayName}`);
  }
  const lastComplete = rawLines.findLast(({ text }) => isComplete(text));
  return {
    name,
    displayName,
    stage,
    result: context.result ?? 'Succeeded',
    ...(resultCode === undefined ? {} : { resultCode }),
    ...(ran?.end.exitCode === undefined ? {} : { exitCode: ran.end.exitCode }),
    attempts: ran?.attempts ?? 0,
    ...(launch?.node === undefined ? {} : { nodeVersion: launch.node.version }),
    rawLines,
    maskedLog: context.maskedLog,
    issues: { errors: context.errors, warnings: context.warnings },
    commands: context.commands,
    outputVariables: context.outputVariables,
    taskVariables: new Map(
      [...unit.taskVariables.list()].map((variable) => [variable.name, variable]),
    ),
    completeMessages: context.completeMessages,
    denied: context.denied,
    badCommands: context.badCommands,
    filesLeft: await findLeftFiles(ownFolders, state.folders.work, before),
    signals: ran?.end.signals ?? [],
    processMs: ran?.end.durationMs ?? 0,
    // What a process wrote last may be read after its end is known.
    ...(ran === undefined || lastComplete === undefined
      ? {}
      : { completeToExitMs: Math.max(0, ran.end.durationMs - lastComplete.atMs) }),
  };
}

/** What a condition knows of the variables. */
function readVariables(variables: Variables): Record<string, string> {
  return Object.fromEntries([...variables.list()].map(({ name, value }) => [name, value]));
}

function isComplete(line: string): boolean {
  const command = parseCommand(line);
  return command?.area === 'task' && command.event === 'complete';
}

function createContext({ queued, taskVariables }: StepUnit, state: JobState): StepContext {
  const manifest = 'task' in queued ? queued.task.manifest : undefined;
  return new StepContext({
    ...state,
    name: queued.name,
    taskVariables,
    restrictions: [
      ...(manifest?.restrictions === undefined ? [] : [manifest.restrictions]),
      ...(queued.step.target === undefined ? [] : [toRestrictions(queued.step.target)]),
    ],
    declaredOutputs: new Set(
      (manifest?.outputVariables ?? []).map((variable) => variable.name.toLowerCase()),
    ),
  });
}

function nameStep({ queued, stage }: StepUnit, variables: Variables): string {
  const { step } = queued;
  const given = step.displayName ?? nameKind(queued);
  const prefix = { pre: 'Pre-job: ', main: '', post: 'Post-job: ' }[stage];
  // A secret in a display name would be seen outside of the log, where nothing masks it.
  return prefix + variables.expand(given);
}

function nameKind(queued: StepUnit['queued']): string {
  if ('task' in queued) return queued.task.manifest.name;
  return 'connectionId' in queued
    ? `Checkout ${queued.step.repository.name}`
    : nameScript(queued.step.kind);
}

function describeStep({ queued }: StepUnit): Readonly<Record<string, string>> {
  if ('connectionId' in queued) {
    return {
      Task: 'Get sources',
      Description: 'Get sources from a repository. Supports Git, TfsVC, and SVN repositories.',
      Version: '1.0.0',
      Author: 'Microsoft',
      Help: 'More Information (https://go.microsoft.com/fwlink/?LinkId=798199)',
    };
  }
  if (!('task' in queued)) return describeScript(queued.step);
  const { friendlyName, description, version, author, helpUrl, helpMarkDown } =
    queued.task.manifest;
  return {
    Task: friendlyName,
    Description: description ?? '',
    Version: `${version.Major}.${version.Minor}.${version.Patch}`,
    Author: author ?? '',
    Help: helpUrl ?? helpMarkDown ?? '',
  };
}

function writeHeader(context: StepContext, fields: Readonly<Record<string, string>>): void {
  const rule = '='.repeat(78);
  context.write(rule, false);
  for (const [name, value] of Object.entries(fields)) {
    context.write(`${name.padEnd(13)}: ${value}`, false);
  }
  context.write(rule, false);
}

/** Steps with a connection do not run for pull requests from forks (`AW/TaskRunner.cs:325-333`). */
function refuseFork(
  queued: StepUnit['queued'],
  { variables, machine }: JobState,
): string | undefined {
  if (!('task' in queued)) return undefined;
  const restricted =
    variables.isTrue('system.restrictSecrets') && variables.isTrue('system.pullRequest.isFork');
  const { manifest } = queued.task;
  const inputs = evaluateInputs(manifest, queued.inputs, variables, machine);
  return restricted && findConnectionIds(manifest, inputs).length > 0
    ? 'References service endpoint. PRs from repository forks are not allowed to access secrets in the pipeline. For more information see https://go.microsoft.com/fwlink/?linkid=862029 '
    : undefined;
}

async function prepareLaunch(
  unit: StepUnit,
  context: StepContext,
  state: JobState,
): Promise<Launch> {
  const { queued } = unit;
  if ('task' in queued) return launchTask(queued, unit, context, state);
  return 'connectionId' in queued
    ? launchCheckout(queued, context, state)
    : launchScript(queued, context, state);
}

async function launchCheckout(
  { step, connectionId }: QueuedCheckoutStep,
  context: StepContext,
  state: JobState,
): Promise<Launch> {
  const { endpoints, folders, masker, variables } = state;
  const system = endpoints.find(({ id }) => id === undefined);
  const endpoint = endpoints.find(({ id }) => id?.toLowerCase() === connectionId);
  if (endpoint === undefined || system === undefined) throw new Error('The connection is gone.');
  const credential = await readRepositoryCredential(endpoint, {
    oidcUrl: variables.value('system.oidcRequestUri') ?? '',
    jobToken: system.authorization.parameters['AccessToken'] ?? '',
    proxyUrl: state.scriptMachine['HTTPS_PROXY'],
    caFile: state.scriptMachine['GIT_SSL_CAINFO'],
  });
  masker.add(credential.password);
  masker.add(
    Buffer.from(`${credential.username}:${credential.password}`, 'utf8').toString('base64'),
  );
  // The job's own connection points at the collection, as that of another organisation does.
  const url = toRepositoryUrl(step.repository, endpoint);
  const { ref = 'refs/heads/main' } = step.repository;
  const folder = toCheckoutFolder(step.repository, folders.sources, state.checkouts > 1);
  const branch = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const args = ['clone', '--quiet', '--depth', '1', '--branch', branch, url, folder];
  context.write(`git ${args.join(' ')}`);
  return {
    file: 'git',
    args,
    cwd: folders.work,
    env: { ...state.scriptMachine, ...toGitConfiguration(url, credential) },
    group: true,
    order: 'arrival',
    explainExit: (exitCode) => `Git fetch failed with exit code: ${exitCode}`,
  };
}

async function launchTask(
  { step, task, inputs: values }: QueuedTaskStep,
  { stage, taskVariables }: StepUnit,
  context: StepContext,
  state: JobState,
): Promise<Launch> {
  const { manifest, folder } = task;
  const { variables, machine, prependedPath } = state;
  const handler = pickHandler(manifest, stage);
  if (handler === undefined) {
    throw new Error(`${manifest.name} has no ${handlerStages[stage]} handler for Node.js.`);
  }
  const withNode24 =
    handler.key === 'node24' && variables.isTrue('DistributedTask.Agent.UseNode24withHandlerData');
  const node = await requireNode(withNode24 ? '24' : '20');
  context.debug(`Using node path: ${node.path}`);
  const inputs = evaluateInputs(manifest, values, variables, machine);
  const ids = findConnectionIds(manifest, inputs);
  const target = join(folder, handler.target);
  return {
    file: node.path,
    args: [target],
    // `$(currentdirectory)` is the folder of the handler's target (`AW/TaskManager.cs:137-140`).
    cwd:
      handler.workingDirectory?.replaceAll(/\$\(currentdirectory\)/gi, dirname(target)) ??
      variables.value('system.defaultworkingdirectory') ??
      state.folders.work,
    env: createTaskEnvironment({
      machine,
      env: step.env ?? {},
      variables,
      inputs,
      endpoints: state.endpoints.filter(
        ({ id }) => id === undefined || ids.includes(id.toLowerCase()),
      ),
      taskVariables,
      prependedPath,
    }),
    group: false,
    order: state.order,
    explainExit: (exitCode) =>
      `Exit code ${exitCode} returned from process: file name '${node.path}', arguments '"${target}"'.`,
    node,
  };
}

async function launchScript(
  { step }: QueuedScriptStep,
  context: StepContext,
  state: JobState,
): Promise<Launch> {
  const { variables, folders, prependedPath, scriptMachine: machine } = state;
  const { file, args, shell, remove } = await prepareScript(
    { ...step, script: variables.expand(step.script) },
    folders.temp,
  );
  context.write('Generating script.');
  context.write('========================== Starting Command Output ===========================');
  context.write(`${file} ${args.join(' ')}`);
  return {
    file,
    args,
    cwd: variables.expand(step.workingDirectory ?? folders.sources),
    env: createScriptEnvironment({ machine, env: step.env ?? {}, variables, prependedPath }),
    group: true,
    // The script tasks put both streams of the shell into their own stdout.
    order: 'arrival',
    explainExit: (exitCode) => `${shell} exited with code '${exitCode}'.`,
    cleanUp: remove,
  };
}

async function runLaunch(
  launch: Launch,
  { queued, condition }: StepUnit,
  context: StepContext,
  { canceled, times, variables }: JobState,
  rawLines: RawLine[],
): Promise<Ran> {
  const { step, name } = queued;
  const controller = new AbortController();
  const done = new AbortController();
  context.onDone = () => done.abort();
  const stop = (reason: StopReason): void => controller.abort(reason);
  const onCancel = (): void => {
    // A step that runs always runs on (`AW/StepsRunner.cs:134-188`).
    if (condition({ status: 'Canceled', variables: readVariables(variables) })) return;
    context.error('The Operation will be canceled. The next steps may not contain expected logs.');
    stop('canceled');
  };
  canceled.signal.addEventListener('abort', onCancel);
  const { timeoutInMinutes = 0 } = step;
  const timer =
    timeoutInMinutes > 0 ? setTimeout(() => stop('timeout'), timeoutInMinutes * 60_000) : undefined;
  try {
    return await runAttempts(context, {
      retryCount: step.retryCountOnTaskFailure ?? 0,
      retryDelayMs: times.retryDelayMs,
      signal: controller.signal,
      explainExit: launch.explainExit,
      runOnce: async () => {
        canceled.onProcessStart();
        return runProcess({
          ...launch,
          times,
          signal: controller.signal,
          done: done.signal,
          onRawLine: (line) => {
            rawLines.push(line);
            canceled.onRawLine(line, name);
          },
          onLine: (text) => dispatchLine(context, text),
        });
      },
    });
  } finally {
    clearTimeout(timer);
    canceled.signal.removeEventListener('abort', onCancel);
  }
}
