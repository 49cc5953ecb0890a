import { join } from 'node:path';
import { packageExtension } from '../../.ci/package/package.ts';
import manifest from '../../package.json' with { type: 'json' };
import { cacheFolder } from './repository.ts';

/** Where the package for runs on this machine is made: not in `dist/`, where a release may lie. */
const folder = join(cacheFolder, 'package');

/** The package, once {@link packageLocally} has made it. */
export const localVsix = join(folder, `local.entra-token-${manifest.version}.vsix`);

/** The folder of a task in it. */
export function localTask(name: 'EntraToken' | 'EntraSignIn'): string {
  return join(folder, 'extension', 'tasks', name, `${name}V1`);
}

/** Packages the extension from the working tree; resolves to the path of the package. */
export async function packageLocally(): Promise<string> {
  return packageExtension({ folder });
}
