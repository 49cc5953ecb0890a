import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repository } from './repository.ts';

/**
 * The folder with what a pipeline's checkout leaves: `test/local/repositories/<name of the file>`.
 * Undefined for a pipeline that needs none.
 */
export function findPipelineRepository(pipeline: string): string | undefined {
  const name = basename(pipeline).replace(/\.ya?ml$/, '');
  const folder = join(repository, 'test', 'local', 'repositories', name);
  return existsSync(folder) ? folder : undefined;
}
