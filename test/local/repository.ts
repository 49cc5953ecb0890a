import { join } from 'node:path';

/** The repository's folder; this file runs from `out/test/local/`. */
export const repository = join(import.meta.dirname, '..', '..', '..');

/** Where the local pipeline keeps files: never outside the repository. */
export const cacheFolder = join(repository, '.cache');
