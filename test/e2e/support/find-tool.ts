import { spawnSync } from 'node:child_process';

/** A command that shows that a tool is there, and the oldest version that will do. */
export interface Probe {
  readonly command: readonly [file: string, ...args: string[]];
  /** Compared with the first number that the command prints. */
  readonly atLeast?: readonly [major: number, minor: number];
}

/** Why a tool cannot be used on this machine; undefined when it can. */
export function explainMissing(
  { command, atLeast }: Probe,
  env: Readonly<Record<string, string>>,
): string | undefined {
  const [file, ...args] = command;
  const { error, status, stdout } = spawnSync(file, args, {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  const shown = `\`${command.join(' ')}\``;
  if (error || status !== 0) return `${shown} does not work on this machine`;
  if (atLeast === undefined) return undefined;
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  const isOld =
    Number(major) < atLeast[0] || (Number(major) === atLeast[0] && Number(minor) < atLeast[1]);
  return isOld ? `${shown} is ${major}.${minor}, not ${atLeast.join('.')} or later` : undefined;
}
