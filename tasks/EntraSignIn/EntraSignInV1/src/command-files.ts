import { quoteForShell } from '../../../common/text/shell.ts';
import type { SessionFile } from './session/files.ts';

/** What the command consists of; absolute paths. */
export interface CommandParts {
  /** The agent's own Node.js. */
  readonly node: string;
  /** The bundle of the command. */
  readonly script: string;
  readonly sessionFolder: string;
  readonly isWindows: boolean;
}

/** Name of the command. */
export const commandName = 'entra-token';

// What a job tells its own Node.js is not meant for this one: it may load files, or print headers.
const unset = ['NODE_OPTIONS', 'NODE_DEBUG'];

/** The files that make `entra-token` a command for sh, and on Windows for cmd and PowerShell too. */
export function toCommandFiles(parts: CommandParts): readonly SessionFile[] {
  const files = [{ path: commandName, content: toShellScript(parts), executable: true }];
  return parts.isWindows
    ? [...files, { path: `${commandName}.cmd`, content: toBatchFile(parts), executable: false }]
    : files;
}

function toShellScript({ node, script, sessionFolder, isWindows }: CommandParts): string {
  const words = [node, script, sessionFolder].map((path) =>
    quoteForShell(isWindows ? path.replaceAll('\\', '/') : path),
  );
  const clean = unset.map((name) => `${name}=`).join(' ');
  return `#!/bin/sh\n${clean} exec ${words.join(' ')} "$@"\n`;
}

function toBatchFile({ node, script, sessionFolder }: CommandParts): string {
  // A percent sign in a path would begin a variable.
  const words = [node, script, sessionFolder].map((path) => `"${path.replaceAll('%', '%%')}"`);
  const clean = unset.map((name) => `set "${name}="\r\n`).join('');
  return `@echo off\r\nsetlocal\r\n${clean}${words.join(' ')} %*\r\n`;
}
