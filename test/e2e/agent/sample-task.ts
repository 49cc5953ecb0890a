import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runJob as run } from '../../local/agent/agent.ts';
import type { AgentOptions, JobOptions } from '../../local/agent/options.ts';
import type { Step, TaskStep } from '../../local/agent/steps.ts';
import type { TaskManifest } from '../../local/agent/task-definition.ts';
import type { JobVerdict, RawLine, StepVerdict } from '../../local/agent/verdict.ts';
import type { ServiceConnection } from '../../local/contract.ts';
import { cacheFolder } from '../../local/repository.ts';

/** Short waits, so that tests need not wait. */
export const times = { sigintMs: 300, sigtermMs: 300, drainMs: 300, retryDelayMs: () => 20 };

/** A connection that a sample job may name. */
export const connection: ServiceConnection = {
  id: '11111111-aaaa-4111-8111-111111111111',
  name: 'contoso-azure',
  type: 'AzureRM',
  url: 'https://management.azure.com/',
  authorization: {
    scheme: 'WorkloadIdentityFederation',
    parameters: { tenantid: 'the-tenant', serviceprincipalid: 'the-client' },
  },
  data: { environment: 'AzureCloud' },
};

let folder: string;
let count = 0;

/** Gives the tests of a file a folder for their tasks. */
export function useSampleTasks(): void {
  before(async () => {
    const parent = join(cacheFolder, 'test');
    await mkdir(parent, { recursive: true });
    folder = await mkdtemp(join(parent, 'agent-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));
}

/** Writes a task whose main step is the given program. */
export async function writeTask(
  program: string,
  manifest: Partial<TaskManifest> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  count += 1;
  const task = join(folder, `task-${count}`);
  await mkdir(task, { recursive: true });
  const complete: TaskManifest = {
    id: `093d58e4-148e-46cb-a948-${String(count).padStart(12, '0')}`,
    name: 'Sample',
    friendlyName: 'Sample task',
    version: { Major: 1, Minor: 2, Patch: 3 },
    execution: { Node20_1: { target: 'main.cjs' } },
    ...manifest,
  };
  await writeFile(join(task, 'task.json'), JSON.stringify(complete));
  await writeFile(join(task, 'main.cjs'), program);
  for (const [name, content] of Object.entries(files)) await writeFile(join(task, name), content);
  return task;
}

/** How a sample job differs from the plain one. */
export interface Sample extends Omit<AgentOptions & JobOptions, 'steps'> {
  readonly manifest?: Partial<TaskManifest>;
  readonly files?: Readonly<Record<string, string>>;
  readonly step?: Partial<TaskStep>;
  readonly after?: readonly Step[];
}

/** Runs a job whose first step is the given program as a task. */
export async function runTask(
  program: string,
  { manifest, files, step, after = [], ...options }: Sample = {},
): Promise<{ job: JobVerdict; step: StepVerdict; log: string }> {
  const job = await run({
    node: '20',
    times,
    ...options,
    taskFolders: [await writeTask(program, manifest, files)],
    steps: [{ kind: 'task', task: 'Sample@1', name: 'sample', ...step }, ...after],
  });
  const first = job.steps.find(({ stage }) => stage === 'main');
  assert.ok(first !== undefined);
  return { job, step: first, log: job.maskedLog.join('\n') };
}

/** A step after the task. */
export function script(text: string, env: Readonly<Record<string, string>> = {}): Step {
  return { kind: 'bash', script: text, env };
}

/** A program that writes these lines to stdout. */
export function print(...lines: readonly string[]): string {
  return `process.stdout.write(${JSON.stringify(`${lines.join('\n')}\n`)});`;
}

/** The command that gives a step its result. */
export function complete(result: string): string {
  return `##vso[task.complete result=${result}]said`;
}

/** Cancels when the program says that it is ready. */
export function cancelWhen({ text }: RawLine): boolean {
  return text === 'ready';
}

/** The OIDC address of a job. */
export function oidcUri({ identity }: JobVerdict, host: string): string {
  const { projectId, hub, planId, jobId } = identity;
  return `https://${host}/${projectId}/_apis/distributedtask/hubs/${hub}/plans/${planId}/jobs/${jobId}/oidctoken`;
}
