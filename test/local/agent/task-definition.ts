import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Restrictions } from './restrictions.ts';

/** An input as task.json declares it. */
export interface TaskInput {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly defaultValue?: string | boolean | number;
  readonly required?: boolean;
  readonly aliases?: readonly string[];
  readonly visibleRule?: string;
}

/** Which program runs a stage of a task. */
export interface TaskHandler {
  readonly target: string;
  readonly workingDirectory?: string;
  readonly platforms?: readonly string[];
}

type Handlers = Readonly<Record<string, TaskHandler>>;

/** What the agent and the service read of a task.json (`AW/TaskManager.cs:580-595`). */
export interface TaskManifest {
  readonly id: string;
  readonly name: string;
  readonly friendlyName: string;
  readonly description?: string;
  readonly author?: string;
  readonly helpUrl?: string;
  readonly helpMarkDown?: string;
  readonly instanceNameFormat?: string;
  readonly version: {
    readonly Major: number | string;
    readonly Minor: number | string;
    readonly Patch: number | string;
  };
  readonly inputs?: readonly TaskInput[];
  readonly outputVariables?: readonly { readonly name: string }[];
  readonly restrictions?: Restrictions;
  readonly prejobexecution?: Handlers;
  readonly execution?: Handlers;
  readonly postjobexecution?: Handlers;
}

/** A task on the agent's disk. */
export interface InstalledTask {
  readonly folder: string;
  readonly manifest: TaskManifest;
}

/** Handler keys of the agent in its order of preference that start Node.js (`AW/TaskManager.cs:888-950`). */
const nodeHandlers = ['node24', 'node20_1'] as const;

/** The stages of a task that have handlers of their own. */
export const handlerStages = {
  pre: 'prejobexecution',
  main: 'execution',
  post: 'postjobexecution',
} as const;

/** A stage's handler: which one the agent picks. */
export interface PickedHandler extends TaskHandler {
  readonly key: (typeof nodeHandlers)[number];
}

/** Picks the handler (`AW/TaskRunner.cs:556-596`); unknown keys do not exist for the agent. */
export function pickHandler(
  manifest: TaskManifest,
  stage: keyof typeof handlerStages,
): PickedHandler | undefined {
  const handlers = new Map(
    Object.entries(manifest[handlerStages[stage]] ?? {}).map(([key, handler]) => [
      key.toLowerCase(),
      handler,
    ]),
  );
  for (const key of nodeHandlers) {
    const handler = handlers.get(key);
    if (handler !== undefined) return { ...handler, key };
  }
  return undefined;
}

/** Reads and checks a task folder; throws for what keeps a task from being installed or started. */
export async function readTask(folder: string): Promise<InstalledTask> {
  const path = join(folder, 'task.json');
  let manifest: TaskManifest;
  try {
    // The agent's reader is not troubled by a byte order mark.
    manifest = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, '')) as TaskManifest;
  } catch (error) {
    throw new Error(`${path} is not a task manifest: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const faults = findFaults(folder, manifest);
  if (faults.length > 0) {
    throw new Error(
      `${path} cannot be installed:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
    );
  }
  return { folder, manifest };
}

function findFaults(folder: string, manifest: TaskManifest): string[] {
  const faults: string[] = [];
  const { id, name, friendlyName, version } = manifest;
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) faults.push(`id '${id}' is no GUID`);
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    faults.push(`name '${name}' has characters other than letters, digits and hyphens`);
  }
  if (typeof friendlyName !== 'string' || friendlyName === '' || friendlyName.length > 40) {
    faults.push(`friendlyName '${friendlyName}' is empty or longer than 40 characters`);
  }
  for (const part of ['Major', 'Minor', 'Patch'] as const) {
    if (!/^\d+$/.test(String(version?.[part]))) faults.push(`version.${part} is no number`);
  }
  if (pickHandler(manifest, 'main') === undefined) {
    faults.push('execution has none of the handlers Node20_1 and Node24');
  }
  for (const stage of Object.values(handlerStages)) {
    for (const [key, { target }] of Object.entries(manifest[stage] ?? {})) {
      if (typeof target !== 'string' || !existsSync(join(folder, target))) {
        faults.push(
          `${stage}.${key} has the target '${target}', which is not in the task's folder`,
        );
      }
    }
  }
  return faults;
}
