/** Escape sequences by the tag that a line of the log starts with, as the web page colours them. */
const colors: Readonly<Record<string, string>> = {
  section: '32',
  error: '31',
  warning: '33',
  debug: '35',
  command: '36',
};

/** A line of the log as a terminal shall show it. */
export function colorLine(line: string): string {
  const [, tag] = /^##\[(\w+)\]/.exec(line) ?? [];
  const color = tag === undefined ? undefined : colors[tag];
  return color === undefined ? line : `\u001B[${color}m${line}\u001B[0m`;
}
