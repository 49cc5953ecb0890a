import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { readTask, type InstalledTask } from './agent/task-definition.ts';

interface VsixManifest {
  readonly contributions?: readonly {
    readonly type: string;
    readonly properties?: { readonly name?: string };
  }[];
}

/**
 * Installs every task of an extension as the service and the agent do together: of the package only the
 * folder that directly holds a task.json, to `<work>/_tasks/<name>_<id>/<version>/`, read-only so that a
 * task which writes beside itself is found out. Throws for what would keep it from being installed.
 */
export async function installExtension(vsix: string, workFolder: string): Promise<InstalledTask[]> {
  const files = unzipSync(await readFile(vsix));
  const manifest = parseManifest(vsix, files);
  const folders = (manifest.contributions ?? [])
    .filter(({ type }) => type === 'ms.vss-distributed-task.task')
    .flatMap(({ properties }) => findTaskFolders(vsix, files, properties?.name ?? ''));
  if (folders.length === 0) throw new Error(`${vsix} contributes no task.`);
  const tasks: InstalledTask[] = [];
  for (const [index, folder] of folders.entries()) {
    // Written first, read second: the task is judged by what is on disk.
    const staging = join(workFolder, '_tasks', `unpacked-${index}`);
    for (const [path, content] of Object.entries(files)) {
      if (!path.startsWith(`${folder}/`) || path.endsWith('/')) continue;
      const target = join(staging, path.slice(folder.length + 1));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    tasks.push(await installTask(staging, workFolder));
    await rm(staging, { recursive: true });
  }
  return tasks;
}

/** Copies one task folder to where the agent has its tasks, read-only (`AW/TaskManager.cs:469-478`). */
export async function installTask(source: string, workFolder: string): Promise<InstalledTask> {
  const { manifest } = await readTask(source);
  const { Major, Minor, Patch } = manifest.version;
  const folder = join(
    workFolder,
    '_tasks',
    `${manifest.name}_${manifest.id}`,
    `${Major}.${Minor}.${Patch}`,
  );
  await cp(source, folder, { recursive: true });
  await setWritable(folder, false);
  return readTask(folder);
}

/** Makes a folder with everything in it read-only, or writable again so that it can be deleted. */
export async function setWritable(folder: string, writable: boolean): Promise<void> {
  if (writable) await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await setWritable(path, writable);
    else if (entry.isFile()) await chmod(path, writable ? 0o644 : 0o444);
  }
  if (!writable) await chmod(folder, 0o555);
}

function parseManifest(vsix: string, files: Readonly<Record<string, Uint8Array>>): VsixManifest {
  const content = files['extension.vsomanifest'];
  if (content === undefined) throw new Error(`${vsix} has no extension.vsomanifest.`);
  return JSON.parse(
    Buffer.from(content)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  ) as VsixManifest;
}

/** The folder of the contribution, or the folders one level deeper when it holds several versions. */
function findTaskFolders(
  vsix: string,
  files: Readonly<Record<string, Uint8Array>>,
  name: string,
): string[] {
  const root = name.replaceAll('\\', '/').replace(/^\/|\/$/g, '');
  const manifests = Object.keys(files).filter(
    (path) =>
      path === `${root}/task.json` ||
      (path.startsWith(`${root}/`) && /^[^/]+\/task\.json$/.test(path.slice(root.length + 1))),
  );
  if (manifests.length === 0) {
    throw new Error(`${vsix} has no task.json in '${root}' or one level deeper.`);
  }
  return manifests.map((path) => dirname(path));
}
