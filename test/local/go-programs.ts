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
  await go('build', '-C', module, '-o', program, `./${name}`);
  return program;
}

/** A program of a public Go module. */
export interface GoTool {
  readonly module: string;
  /** An exact one. */
  readonly version: string;
  /** The folder of its `main` package in the module. */
  readonly package: string;
  /** The name that it is called by here. */
  readonly command: string;
}

/**
 * Builds a program of a public Go module into the cache, once. Resolves to its path; rejects where Go, its version or the
 * module is missing. As `go install` does, but in the module itself: what its `go.mod` replaces is replaced.
 */
export async function requireGoTool(tool: GoTool): Promise<string> {
  const { module, version } = tool;
  const folder = join(cacheFolder, 'go', `${module.replaceAll('/', '-')}-${version}`);
  const program = join(folder, tool.command);
  if (existsSync(program)) return program;
  const downloaded = JSON.parse(await go('mod', 'download', '-json', `${module}@${version}`)) as {
    readonly Dir: string;
  };
  await go('build', '-C', downloaded.Dir, '-o', program, `./${tool.package}`);
  return program;
}

async function go(...args: string[]): Promise<string> {
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' };
  return (await promisify(execFile)('go', args, { env, timeout: 1_200_000 })).stdout;
}
