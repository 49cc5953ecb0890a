import { join } from 'node:path';

/** The repository's folder; this file runs from `out/test/local/`. */
export const repository = join(import.meta.dirname, '..', '..', '..');

/** What is installed once and kept. */
export const cacheFolder = join(repository, '.cache');
