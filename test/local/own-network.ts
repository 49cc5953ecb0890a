import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { delimiter } from 'node:path';

/** Set in a process that is in a network of its own. */
const mark = 'LOCAL_RUN_IN_OWN_NETWORK';

/** A network namespace, by the rights of a user namespace; the user stays who he is (unshare(1)). */
const unshare = ['--map-current-user', '--keep-caps', '--net', '--'] as const;

/** `ip` stands where only an administrator's PATH leads. */
const environment = {
  ...process.env,
  PATH: [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter),
};

/** Whether this process is in a network of its own already. */
export const isInOwnNetwork: boolean = process.env[mark] === 'yes';

/** Whether this machine gives a process a network of its own: Linux does, where it allows user namespaces. */
export function canHaveOwnNetwork(): boolean {
  if (process.platform !== 'linux') return false;
  const args = [...unshare, 'ip', 'link', 'set', 'lo', 'up'];
  return spawnSync('unshare', args, { stdio: 'ignore', env: environment }).status === 0;
}

/**
 * Runs a program of Node.js in a network that has nothing but loopback: whatever it starts finds no way out of the
 * machine. Resolves to its exit code.
 */
export async function runInOwnNetwork(args: readonly string[]): Promise<number> {
  const script = 'ip link set lo up && PATH=$1 && shift && exec "$@"';
  const path = process.env['PATH'] ?? '';
  const child = spawn(
    'unshare',
    [...unshare, 'sh', '-c', script, 'sh', path, process.execPath, ...args],
    // In a process group of its own: a signal of the terminal comes once, from here.
    { stdio: 'inherit', detached: true, env: { ...environment, [mark]: 'yes' } },
  );
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}
