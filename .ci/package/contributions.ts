import type { Manifest } from './preview.ts';
import { toTaskRoot, type TaskSource } from './tasks.ts';

/** `EntraToken` as `entra-token`. */
const toKebab = (name: string): string =>
  name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

/** The extension's manifest with the tasks in it: what it ships for each, and what it contributes. */
export function withTasks(extension: Manifest, tasks: readonly TaskSource[]): Manifest {
  const roots = [...new Set(tasks.map(toTaskRoot))];
  return {
    ...extension,
    files: [...roots.map((path) => ({ path })), ...(extension['files'] as readonly object[])],
    contributions: roots.map((path) => ({
      id: `${toKebab(path.slice(path.lastIndexOf('/') + 1))}-task`,
      type: 'ms.vss-distributed-task.task',
      targets: ['ms.vss-distributed-task.tasks'],
      properties: { name: path },
    })),
  };
}
