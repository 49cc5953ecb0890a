import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './repository.ts';

const run = promisify(execFile);

/**
 * A Python with packages of PyPI, as `name==version`, in a virtual environment of its own below the cache: made on
 * first use. Resolves to its `bin` folder; rejects where Python, its venv module or the registry is missing.
 */
export async function requirePython(packages: readonly string[]): Promise<string> {
  const folder = join(cacheFolder, 'python', packages.join('+').replaceAll('==', '-'));
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (existsSync(join(folder, 'complete'))) return bin;
  await mkdir(join(cacheFolder, 'python'), { recursive: true });
  // pip looks up the version of rustc, and rustup's writes into the home to know it.
  const env = { RUSTUP_HOME: join(cacheFolder, 'rustup'), ...process.env };
  const lock = await mkdtemp(join(cacheFolder, 'python', 'installing-'));
  try {
    if (!existsSync(folder)) {
      // A virtual environment cannot be moved, so two processes that install at once share the place.
      await run('python3', ['-m', 'venv', folder], { env });
    }
    const python = join(bin, 'python');
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    const cache = ['--cache-dir', join(cacheFolder, 'pip')];
    const install = ['-m', 'pip', 'install', ...quiet, ...cache, ...packages];
    await run(python, install, { env, timeout: 300_000 });
    await rename(lock, join(folder, 'complete')).catch(() => undefined);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
  return bin;
}
