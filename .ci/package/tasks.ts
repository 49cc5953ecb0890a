import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Manifest } from './preview.ts';

/** A part of a task that is shipped as one file. */
export interface TaskPart {
  /** Where it begins, relative to the repository. */
  readonly entryPoint: string;
  /** Name of its bundle, which lies beside the manifest. */
  readonly bundle: string;
}

/** One major version of a task, as it lies in the repository. */
export interface TaskSource {
  /** `tasks/<name>/<name>V<major>`, with slashes. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Its processes, and the libraries that they load when they need them. */
  readonly parts: readonly TaskPart[];
}

/**
 * The tasks of the repository: whatever has a `task.json`. Each process of a task has its entry point in a
 * `main.ts`: `src/main.ts` is shipped as `main.cjs`, `src/<process>/main.ts` as `<process>.cjs`. What a process
 * imports of `src/libraries/<name>.ts` is shipped as `<name>-library.cjs`. Throws when a handler names a target that
 * no process is shipped as.
 */
export function findTasks(root: string): readonly TaskSource[] {
  const list = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => posix.join(folder, name))
      .toSorted();
  return list('tasks')
    .flatMap(list)
    .filter((folder) => existsSync(join(root, folder, 'task.json')))
    .map((folder) => {
      const text = readFileSync(join(root, folder, 'task.json'), 'utf8');
      const manifest = JSON.parse(text) as Manifest;
      const source = posix.join(folder, 'src');
      const processes = [source, ...list(source)]
        .filter((process) => existsSync(join(root, process, 'main.ts')))
        .map((process) => ({
          entryPoint: posix.join(process, 'main.ts'),
          bundle: process === source ? 'main.cjs' : `${posix.basename(process)}.cjs`,
        }));
      assertTargets(folder, manifest, processes);
      return { folder, manifest, parts: [...processes, ...findLibraries(root, source)] };
    });
}

function findLibraries(root: string, source: string): readonly TaskPart[] {
  const folder = posix.join(source, 'libraries');
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .toSorted()
    .map((file) => ({ entryPoint: posix.join(folder, file), bundle: toLibraryBundle(file) }));
}

/** The bundle of a library, by the path of its source. */
export const toLibraryBundle = (path: string): string =>
  `${posix.basename(path, '.ts')}-library.cjs`;

function assertTargets(folder: string, manifest: Manifest, processes: readonly TaskPart[]): void {
  const bundles = processes.map(({ bundle }) => bundle);
  for (const stage of ['prejobexecution', 'execution', 'postjobexecution']) {
    const handlers = Object.entries(manifest[stage] ?? {}) as [string, { target: string }][];
    for (const [handler, { target }] of handlers) {
      if (bundles.includes(target)) continue;
      throw new Error(
        `${folder}/task.json names ${target} for ${stage}.${handler}; the task is shipped as ${bundles.join(', ') || 'nothing'}.`,
      );
    }
  }
}

/** The folder of all majors of a task, as the extension's manifest names it. */
export const toTaskRoot = ({ folder }: TaskSource): string => posix.dirname(folder);
