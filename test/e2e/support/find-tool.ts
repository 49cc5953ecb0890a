import { spawnSync } from 'node:child_process';

/** A command that shows that a tool is there, as one would type it. */
export type Probe = readonly [command: string, ...args: string[]];

/** Why a tool cannot be used on this machine; undefined when it can. */
export function explainMissing(
  [command, ...args]: Probe,
  env: Readonly<Record<string, string>>,
): string | undefined {
  const { error, status } = spawnSync(command, args, { env, stdio: 'ignore', timeout: 30_000 });
  if (!error && status === 0) return undefined;
  return `not run: \`${[command, ...args].join(' ')}\` does not work on this machine`;
}
