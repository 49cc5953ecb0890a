import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './repository.ts';

/**
 * Builds a Maven project into the cache, once for each `pom.xml`, with its dependencies beside it. Resolves to its class
 * path; rejects where Maven, Java or the repository of packages is missing.
 */
export async function requireJavaProgram(project: string): Promise<string> {
  const pom = await readFile(join(project, 'pom.xml'));
  const folder = join(
    cacheFolder,
    'java',
    createHash('sha256').update(pom).digest('hex').slice(0, 12),
  );
  const target = join(folder, 'target');
  const classPath = [join(target, 'classes'), join(target, 'libs', '*')].join(delimiter);
  if (existsSync(join(target, 'libs'))) return classPath;
  await mkdir(folder, { recursive: true });
  await cp(project, folder, { recursive: true });
  try {
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${join(target, 'libs')}`];
    const goals = ['package', ...copy, '-DincludeScope=runtime'];
    await promisify(execFile)('mvn', ['-q', '-B', '-ntp', ...goals], {
      cwd: folder,
      timeout: 400_000,
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return classPath;
}
