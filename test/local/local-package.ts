import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageExtension } from '../../.ci/package/package.ts';
import manifest from '../../package.json' with { type: 'json' };
import { cacheFolder, repository } from './repository.ts';

/** Where the package for runs on this machine is made: not in `dist/`, where a release may lie. */
const folder = join(cacheFolder, 'package');

/** The package, once {@link packageLocally} has made it. */
export const localVsix = join(folder, `local.entra-token-${manifest.version}.vsix`);

/** The folder of a task in it. */
export function localTask(name: 'EntraToken' | 'EntraSignIn'): string {
  return join(folder, 'extension', 'tasks', name, `${name}V1`);
}

/**
 * Packages the extension from the working tree, if that has changed, which is announced first; resolves to the path of
 * the package.
 */
export async function packageLocally(announce: () => void = () => undefined): Promise<string> {
  const stamp = join(folder, '.packaged-from');
  const wanted = describeInputs();
  if (existsSync(localVsix) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return localVsix;
  }
  announce();
  await packageExtension({ folder });
  writeFileSync(stamp, wanted);
  return localVsix;
}

/** A digest that is another one when something that goes into the package was added, removed or written. */
function describeInputs(): string {
  const digest = createHash('sha256');
  const inputs = ['.ci', 'images', 'tasks', 'LICENSE', 'README.md', 'package-lock.json'];
  for (const input of [...inputs, 'package.json', 'vss-extension.json']) {
    const path = join(repository, input);
    const isFolder = statSync(path).isDirectory();
    const files = isFolder ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [''];
    for (const file of files.toSorted()) {
      const { size, mtimeMs } = statSync(join(path, file));
      digest.update(`${input}/${file} ${size} ${mtimeMs}\n`);
    }
  }
  return digest.digest('hex');
}
