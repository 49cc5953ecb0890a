import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPipelineRepository } from '../pipeline-repository.ts';

/** What a pipeline's checkout brings. */
export interface Sources {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A copy of a pipeline's repository, with npm packages from elsewhere as its own. */
export async function createSources(pipeline: string, packages?: string): Promise<Sources> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'sources-'));
  const own = findPipelineRepository(pipeline);
  if (own !== undefined) await cp(own, folder, { recursive: true });
  if (packages !== undefined) {
    await symlink(join(packages, 'node_modules'), join(folder, 'node_modules'), 'junction');
  }
  return { folder, remove: async () => rm(folder, { recursive: true, force: true }) };
}
