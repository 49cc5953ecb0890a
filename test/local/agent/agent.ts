import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceConnection } from '../contract.ts';
import { createAgentFolders, profiles } from '../profiles.ts';
import { installExtension, installTask, setWritable } from '../vsix.ts';
import { runQueuedJob } from './job.ts';
import type { AgentOptions, JobOptions } from './options.ts';
import { queueSteps, type QueuedJob } from './queued-job.ts';
import type { Surroundings } from './surroundings.ts';
import type { InstalledTask } from './task-definition.ts';
import type { JobVerdict } from './verdict.ts';

/** An agent with its tasks installed. */
export interface LocalAgent {
  readonly tasks: readonly InstalledTask[];
  /** The agent's `_work` folder. */
  readonly workFolder: string;
  /** Checks a job as the service does when a run is queued; throws a `QueueError`. */
  readonly queueJob: (job: JobOptions) => QueuedJob;
  /** Queues and runs a job. */
  readonly runJob: (job: JobOptions) => Promise<JobVerdict>;
  /** Deletes the agent's folder. */
  readonly close: () => Promise<void>;
}

/** Sets up an agent in a temporary folder of its own. */
export async function startAgent(options: AgentOptions = {}): Promise<LocalAgent> {
  // Not inside the repository: there a task would find every package that its bundle lacks, and git and
  // npm in a script would work on this project.
  const root = await mkdtemp(join(await realpath(tmpdir()), 'local-agent-'));
  const close = async (): Promise<void> => {
    const installed = join(root, '_work', '_tasks');
    await setWritable(installed, true).catch(() => undefined);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const { profile: choice = 'yaml' } = options;
    const profile = typeof choice === 'string' ? profiles[choice] : choice;
    const folders = createAgentFolders(root, profile.hub);
    const tasks: InstalledTask[] = [];
    for (const path of options.vsix ?? []) {
      tasks.push(...(await installExtension(path, folders.work)));
    }
    for (const path of options.taskFolders ?? []) {
      tasks.push(await installTask(path, folders.work));
    }
    const queueJob = (job: JobOptions): QueuedJob =>
      queueSteps(
        job.name ?? 'Job',
        job.steps,
        tasks,
        findConnections(options.world, job),
        // The service knows the values of the pipeline file, not what steps will set.
        (name) =>
          job.variables?.find(
            (variable) =>
              variable.secret !== true && variable.name.toLowerCase() === name.toLowerCase(),
          )?.value,
      );
    return {
      tasks,
      workFolder: folders.work,
      queueJob,
      runJob: async (job) =>
        runQueuedJob(queueJob(job), {
          agent: options,
          job,
          profile,
          folders,
          connections: findConnections(options.world, job),
        }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Runs one job on an agent of its own, which is gone afterwards. */
export async function runJob(options: AgentOptions & JobOptions): Promise<JobVerdict> {
  const agent = await startAgent(options);
  try {
    return await agent.runJob(options);
  } finally {
    await agent.close();
  }
}

function findConnections(
  world: Surroundings | undefined,
  { connections = [] }: JobOptions,
): ServiceConnection[] {
  const own = new Set(connections.map(({ id }) => id.toLowerCase()));
  return [
    ...(world?.connections ?? []).filter(({ id }) => !own.has(id.toLowerCase())),
    ...connections,
  ];
}
