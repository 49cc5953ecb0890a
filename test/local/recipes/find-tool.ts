import { spawnSync } from 'node:child_process';

/** A tool of the machine, and a command that shows that it is there. */
export interface Tool {
  /** As a person calls it. */
  readonly title: string;
  readonly command: readonly [file: string, ...args: string[]];
  /** The oldest version that will do. */
  readonly atLeast?: readonly [major: number, minor: number];
  /** How to get it. */
  readonly get: string;
}

type Environment = Readonly<Record<string, string>>;

/**
 * The version of a tool of this machine: the first number with a dot that its command prints. Empty when there is none;
 * undefined when the command does not work.
 */
export function readVersion(tool: Tool, env: Environment): string | undefined {
  return ask(tool, env).version;
}

/** Runs a tool's command once. */
function ask(
  { command: [file, ...args] }: Tool,
  env: Environment,
): { readonly version: string | undefined; readonly complaints: readonly string[] } {
  const options = { env, encoding: 'utf8', timeout: 30_000 } as const;
  const { error, status, stdout, stderr } = spawnSync(file, args, options);
  return error || status !== 0
    ? { version: undefined, complaints: stderr?.trim().split('\n') ?? [] }
    : { version: /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? '', complaints: [] };
}

/** Why a tool cannot be used on this machine, and how to get it; undefined when it can. */
export function explainMissing(tool: Tool, env: Environment): string | undefined {
  const { title, command, atLeast, get } = tool;
  const { version, complaints } = ask(tool, env);
  if (version === undefined) {
    // After a trace of calls in Python, before one in Rust.
    const said = complaints.find((line) => /error/i.test(line)) ?? complaints.at(-1) ?? '';
    const failure = said === '' ? 'does not work' : `says "${said}"`;
    return `${title} is not on this machine (\`${command.join(' ')}\` ${failure}): ${get}`;
  }
  if (atLeast === undefined) return undefined;
  const [major = '0', minor = '0'] = version.split('.');
  const isOld =
    Number(major) < atLeast[0] || (Number(major) === atLeast[0] && Number(minor) < atLeast[1]);
  return isOld
    ? `${title} is ${major}.${minor} on this machine, and ${atLeast.join('.')} or later is needed: ${get}`
    : undefined;
}
