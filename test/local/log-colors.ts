/** Escape sequences by the tag that a line of the log starts with, as the web page colours them. */
const colors: Readonly<Record<string, string>> = {
  section: '32',
  error: '31',
  warning: '33',
  debug: '35',
  command: '36',
};

/** Whether what is printed has colours: on a terminal, unless `NO_COLOR` or `FORCE_COLOR` says otherwise. */
export function hasColors(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR = '', FORCE_COLOR } = env;
  // https://no-color.org, and Node.js's own rule for the other one.
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && NO_COLOR === '';
}

/** A line of the log as a terminal shall show it. */
export function colorLine(line: string): string {
  const [, tag] = /^##\[(\w+)\]/.exec(line) ?? [];
  const color = tag === undefined ? undefined : colors[tag];
  return color === undefined ? line : `\u001B[${color}m${line}\u001B[0m`;
}
