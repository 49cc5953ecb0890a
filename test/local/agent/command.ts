/** A logging command: a line in which a task tells the agent something. */
export interface Command {
  /** Lower case; `task` in `##vso[task.setvariable]`. */
  readonly area: string;
  /** Lower case; `setvariable` in `##vso[task.setvariable]`. */
  readonly event: string;
  /** Keys in lower case, because the agent's dictionary ignores case; values unescaped. */
  readonly properties: ReadonlyMap<string, string>;
  /** Everything after the `]`, unescaped. */
  readonly data: string;
}

const prefix = '##vso[';

/** Parses a line as `MA/Command.cs:32-103` does; undefined when it is none. */
export function parseCommand(line: string): Command | undefined {
  const start = line.indexOf(prefix);
  if (start < 0) return undefined;
  const end = line.indexOf(']', start);
  if (end < 0) return undefined;
  const header = line.slice(start + prefix.length, end);
  const space = header.indexOf(' ');
  const [area, event, ...others] = (space < 0 ? header : header.slice(0, space))
    .split('.')
    .filter((part) => part !== '');
  if (area === undefined || event === undefined || others.length > 0) return undefined;
  return {
    area: area.toLowerCase(),
    event: event.toLowerCase(),
    properties: parseProperties(space < 0 ? '' : header.slice(space + 1)),
    data: unescapeCommand(line.slice(end + 1)),
  };
}

function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const property of text.split(';')) {
    // .NET's Split(count: 2, RemoveEmptyEntries) skips leading separators of both parts and drops a
    // property without a value. Keys are not trimmed: `; issecret=true` is the key ` issecret`.
    const match = /^=*([^=]+)=+(.+)$/s.exec(property);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined) continue;
    properties.set(key.toLowerCase(), unescapeCommand(value));
  }
  return properties;
}

/** Undoes the escaping of data and property values (`AS/CommandStringConvertor.cs:32-52`). */
export function unescapeCommand(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%');
}

/** Escapes data and property values (`AS/CommandStringConvertor.cs:10-30`). */
export function escapeCommand(text: string): string {
  return text
    .replaceAll('%', '%AZP25')
    .replaceAll(';', '%3B')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll(']', '%5D');
}
