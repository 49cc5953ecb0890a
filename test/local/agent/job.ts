import { randomUUID } from 'node:crypto';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobIdentity, ServiceConnection } from '../contract.ts';
import {
  createJobIdentity,
  createJobVariables,
  createSystemConnection,
  type AgentFolders,
  type Profile,
} from '../profiles.ts';
import { cancelJob, type CancelSwitch } from './cancel-job.ts';
import type { Endpoint } from './endpoint.ts';
import { createMachineEnvironment } from './environment.ts';
import { registerInitialSecrets } from './initial-secrets.ts';
import { findLeftFiles } from './left-files.ts';
import { Masker } from './masker.ts';
import { createNetworkVariables, createScriptMachine } from './network-variables.ts';
import type { AgentOptions, JobOptions } from './options.ts';
import { endOrphan, findOrphans, lookupVariable, type Orphan } from './orphans.ts';
import type { QueuedJob } from './queued-job.ts';
import { mergeResults, type TaskResult } from './results.ts';
import { runStep, type JobState, type StepUnit } from './step-runner.ts';
import { pickHandler } from './task-definition.ts';
import { Variables, type JobVariable } from './variables.ts';
import type { JobVerdict, OutputVariable, StepVerdict } from './verdict.ts';

/** What a job runs on and with. */
export interface JobSetting {
  readonly agent: AgentOptions;
  readonly job: JobOptions;
  readonly profile: Profile;
  readonly folders: AgentFolders;
  readonly connections: readonly ServiceConnection[];
}

/** Runs a job that the service accepted: pre-job, main and post-job steps (`AW/JobExtension.cs:367-512`). */
export async function runQueuedJob(queued: QueuedJob, setting: JobSetting): Promise<JobVerdict> {
  const { agent, job, folders } = setting;
  const identity = createIdentity(queued, setting);
  const maskedLog: string[] = [];
  const canceled = cancelJob(job);
  const state = createState(identity, setting, canceled, (line) => {
    maskedLog.push(line);
    agent.log?.(line);
  });
  agent.world?.startJob?.(identity);
  // A hosted machine is new for each job; `_temp` is wiped on every agent (`AW/TempDirectoryManager.cs`).
  const ownFolders = [folders.temp, folders.sources];
  for (const folder of ownFolders) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  if (agent.sources !== undefined) {
    // As it is in the repository: a link stays one.
    await cp(agent.sources, folders.sources, { recursive: true, verbatimSymlinks: true });
  }
  const steps: StepVerdict[] = [];
  try {
    for (const unit of planSteps(queued)) {
      const verdict = await runStep(unit, state);
      steps.push(verdict);
      updateStatus(state, verdict.result);
    }
    const orphans = endOrphans(state);
    const filesLeft = [
      ...(await findLeftFiles(ownFolders, folders.work)),
      ...(await findLeftFiles([folders.work], folders.work)).filter(
        ({ path }) => path === '.taskkey',
      ),
    ];
    return {
      result: state.status,
      identity,
      steps,
      maskedLog,
      variables: new Map(
        [...state.variables.list()].map(({ name, value, secret, readOnly }) => [
          name,
          { value, secret, readOnly },
        ]),
      ),
      outputVariables: collectOutputs(steps),
      orphans,
      filesLeft,
    };
  } finally {
    endOrphans(state);
    canceled.dispose();
    await rm(folders.temp, { recursive: true, force: true, maxRetries: 3 });
    await rm(join(folders.work, '.taskkey'), { force: true });
  }
}

function createIdentity(queued: QueuedJob, { agent, job, profile }: JobSetting): JobIdentity {
  const referenced = new Set([
    ...queued.referencedConnections,
    ...(job.referencedConnections ?? []),
  ]);
  return {
    ...createJobIdentity(profile, agent.world, [...referenced]),
    ...job.identity,
  };
}

function createState(
  identity: JobIdentity,
  { agent, job, profile, folders, connections }: JobSetting,
  canceled: CancelSwitch,
  log: (line: string) => void,
): JobState {
  const { world } = agent;
  const certificates = agent.certificates ?? (world?.caFile === undefined ? {} : world);
  const proxy = agent.proxy === null ? undefined : (agent.proxy ?? world?.proxy);
  const system = createJobVariables(profile, identity, folders, {
    debug: agent.debug ?? false,
    node24: agent.node !== '20',
    skipDebugLogs: agent.skipDebugLogs ?? true,
    jobName: job.name ?? 'Job',
    stageName: job.stage ?? '__default',
  });
  const initial = mergeVariables([...system, ...(job.variables ?? [])], job.withoutVariables ?? []);
  const systemConnection = createSystemConnection(profile, identity);
  const endpoints: Endpoint[] = [
    { ...systemConnection, url: job.systemConnectionUrl ?? systemConnection.url },
    ...connections.filter(({ id }) =>
      identity.referencedConnections.some((known) => known.toLowerCase() === id.toLowerCase()),
    ),
  ];
  const masker = new Masker();
  registerInitialSecrets(masker, initial, endpoints);
  const variables = new Variables((value) => masker.add(value));
  for (const { name, value, ...options } of [
    ...initial,
    ...createNetworkVariables(proxy, certificates),
  ]) {
    variables.set(name, value, options);
  }
  const lookupId = agent.machine?.[lookupVariable] ?? `vsts_${randomUUID()}`;
  const machine: Record<string, string> = {
    ...createMachineEnvironment(agent.machine),
    [lookupVariable]: lookupId,
  };
  return {
    hostType: profile.hub,
    lookupId,
    folders,
    machine,
    scriptMachine: {
      ...machine,
      ...(agent.scriptMachine ?? createScriptMachine(proxy, certificates.caFile, machine['HOME'])),
      // What a test says of the machine is true for scripts too.
      ...agent.machine,
    },
    endpoints,
    checkouts: job.steps.filter(({ kind }) => kind === 'checkout').length,
    masker,
    variables,
    prependedPath: [],
    canceled,
    order: agent.order ?? 'stderr-first',
    times: {
      sigintMs: 7500,
      sigtermMs: 2500,
      drainMs: 5000,
      retryDelayMs: (retry) => (retry + 1) ** 2 * 1000,
      ...agent.times,
    },
    status: 'Succeeded',
    log,
  };
}

/** Ends what the steps left running, after the post-job steps and before `_temp` is wiped. */
function endOrphans({ lookupId, variables, log }: JobState): readonly Orphan[] {
  if (variables.value('process.clean')?.toLowerCase() === 'false') return [];
  const orphans = findOrphans(lookupId);
  for (const orphan of orphans) {
    endOrphan(orphan);
    log(`Terminate orphan process: pid (${orphan.pid}) (${orphan.name})`);
  }
  return orphans;
}

/** The last one of a name counts. */
function mergeVariables(
  variables: readonly JobVariable[],
  without: readonly string[],
): JobVariable[] {
  const merged = new Map(variables.map((variable) => [variable.name.toLowerCase(), variable]));
  for (const name of without) merged.delete(name.toLowerCase());
  return [...merged.values()];
}

/** All pre-job steps first, the post-job steps last and backwards, whatever became of their main step. */
function planSteps({ steps }: QueuedJob): StepUnit[] {
  const taskVariables = new Map(steps.map((step) => [step, new Variables()]));
  const plan = (stage: StepUnit['stage']): StepUnit[] =>
    steps
      .filter(
        (step) => stage === 'main' || ('task' in step && pickHandler(step.task.manifest, stage)),
      )
      .map((queued) => ({
        stage,
        queued,
        taskVariables: taskVariables.get(queued) ?? new Variables(),
        condition: stage === 'post' ? () => true : queued.condition,
      }));
  return [...plan('pre'), ...plan('main'), ...plan('post').toReversed()];
}

function updateStatus(state: JobState, result: TaskResult): void {
  if (result === 'Failed' || result === 'SucceededWithIssues') {
    state.status = mergeResults(state.status, result);
  }
  if (state.canceled.signal.aborted) state.status = 'Canceled';
  state.variables.set('agent.jobstatus', state.status);
}

function collectOutputs(steps: readonly StepVerdict[]): Map<string, OutputVariable> {
  return new Map(
    steps.flatMap(({ name, outputVariables }) =>
      [...outputVariables].map(([key, value]): [string, OutputVariable] => [
        `${name}.${key}`,
        value,
      ]),
    ),
  );
}
