import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './repository.ts';

/** What to install, in exact versions. */
export interface Packages {
  readonly dependencies: Readonly<Record<string, string>>;
  /** Takes the place of versions that dependencies ask for. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/**
 * Installs packages into a folder that does not exist yet: beside the final place and renamed then, so
 * that two processes can do it at once. Their install scripts do not run.
 */
export async function installPackages(folder: string, packages: Packages): Promise<void> {
  if (existsSync(folder)) return;
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  const staging = await mkdtemp(join(parent, 'installing-'));
  try {
    await writeFile(join(staging, 'package.json'), JSON.stringify({ private: true, ...packages }));
    await runNpm(staging);
    await rename(staging, folder).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function runNpm(cwd: string): Promise<void> {
  // With a cache of its own, so that nothing is written into anybody's home.
  const cache = ['--cache', join(cacheFolder, 'npm')];
  const quiet = ['--no-package-lock', '--no-audit', '--no-fund'];
  const args = ['install', '--ignore-scripts', ...quiet, ...cache];
  const child = spawn('npm', args, {
    cwd,
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
  throw new Error(`npm install: ${reason.trim()}`);
}
