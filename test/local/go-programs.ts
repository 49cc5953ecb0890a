import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './repository.ts';

/**
 * Builds a program of a Go module (`<module>/<name>/main.go`) into the cache, once for each text of it. Resolves to its
 * path; rejects where Go, its version or the module proxy is missing.
 */
export async function requireGoProgram(module: string, name: string): Promise<string> {
  const sources = [join(module, 'go.sum'), join(module, name, 'main.go')];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source));
  const program = join(cacheFolder, 'go', `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return program;
  await promisify(execFile)('go', ['build', '-o', program, `./${name}`], {
    cwd: module,
    env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' },
    timeout: 300_000,
  });
  return program;
}

/**
 * Installs a program of a Go module in an exact version into the cache, once. Resolves to its path; rejects where Go, its
 * version or the module is missing.
 */
export async function requireGoTool(module: string, version: string): Promise<string> {
  const folder = join(cacheFolder, 'go', `${module.replaceAll('/', '-')}-${version}`);
  const program = join(folder, module.slice(module.lastIndexOf('/') + 1));
  if (existsSync(program)) return program;
  await promisify(execFile)('go', ['install', `${module}@${version}`], {
    env: { ...process.env, GOBIN: folder, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' },
    timeout: 600_000,
  });
  return program;
}
