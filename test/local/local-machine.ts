import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createMachineEnvironment } from './agent/environment.ts';
import { requireNode } from './nodes.ts';
import { repository } from './repository.ts';

/** The machine that pipelines run on: real tools, a home of its own, Node.js 24 before any other. */
export interface LocalMachine {
  /** Additions to the clean environment. */
  readonly additions: Readonly<Record<string, string>>;
  /** The whole environment, for finding tools. */
  readonly environment: Readonly<Record<string, string>>;
  /** Home folder, where tools have their caches and settings. */
  readonly home: string;
  close(): Promise<void>;
}

/**
 * Sets the machine up: nobody's settings or caches, and what the system installed before anything else.
 * `folders` come first in its PATH.
 */
export async function createLocalMachine(folders: readonly string[] = []): Promise<LocalMachine> {
  const home = await mkdtemp(join(await realpath(tmpdir()), 'local-home-'));
  const node = await requireNode('24');
  const path = [
    ...folders,
    // What stands in for tools that no package manager has.
    join(repository, 'test', 'local', 'stand-ins'),
    dirname(node.path),
    ...(process.platform === 'linux' ? ['/usr/bin'] : []),
    join(repository, 'node_modules', '.bin'),
    process.env['PATH'] ?? '',
  ];
  const rustup = process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup');
  const additions = {
    HOME: home,
    USERPROFILE: home,
    PATH: path.join(delimiter),
    // A toolchain of rustup's is found through the home that it was installed in.
    ...(existsSync(rustup) ? { RUSTUP_HOME: rustup } : {}),
  };
  return {
    home,
    additions,
    environment: createMachineEnvironment(additions),
    close: () => rm(home, { recursive: true, force: true, maxRetries: 3 }),
  };
}
