import { spawnSync } from 'node:child_process';

/** A tool of the machine, and a command that shows that it is there. */
export interface Tool {
  /** As a person calls it. */
  readonly title: string;
  readonly command: readonly [file: string, ...args: string[]];
  /** The oldest version that will do, compared with the first number that the command prints. */
  readonly atLeast?: readonly [major: number, minor: number];
  /** How to get it. */
  readonly get: string;
}

/** Why a tool cannot be used on this machine, and how to get it; undefined when it can. */
export function explainMissing(
  { title, command, atLeast, get }: Tool,
  env: Readonly<Record<string, string>>,
): string | undefined {
  const [file, ...args] = command;
  const { error, status, stdout } = spawnSync(file, args, {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  const shown = `\`${command.join(' ')}\``;
  if (error || status !== 0) {
    return `${title} is not on this machine (${shown} does not work): ${get}`;
  }
  if (atLeast === undefined) return undefined;
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  const isOld =
    Number(major) < atLeast[0] || (Number(major) === atLeast[0] && Number(minor) < atLeast[1]);
  return isOld
    ? `${title} is ${major}.${minor} on this machine, and ${atLeast.join('.')} or later is needed: ${get}`
    : undefined;
}
