import { TaskError } from '../../../../common/errors/task-error.ts';
import { listOf, quote } from '../../../../common/text/text.ts';
import { azureCli } from './azure-cli.ts';
import { azureSdk } from './azure-sdk.ts';
import { cargo } from './cargo.ts';
import { git } from './git.ts';
import { python } from './python.ts';
import { terraform } from './terraform.ts';
import type { Tool } from './tool.ts';

/** Every tool that a job can be signed in for. */
export const tools: readonly Tool[] = [azureSdk, azureCli, terraform, git, python, cargo];

const names = tools.map(({ name }) => name);

/**
 * The input `tools`: names between commas or on lines, in any case, in the order of the list above. Throws
 * `TOOLS_MISSING` or `TOOL_UNKNOWN`.
 */
export function parseTools(value: string): readonly Tool[] {
  const wanted = value
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (wanted.length === 0) {
    throw new TaskError('TOOLS_MISSING', `The input tools names none. There are ${listOf(names)}.`);
  }
  for (const name of wanted) {
    if (names.some((known) => known.toLowerCase() === name.toLowerCase())) continue;
    throw new TaskError(
      'TOOL_UNKNOWN',
      `The input tools names ${quote(name)}. There are ${listOf(names)}.`,
    );
  }
  const chosen = new Set(wanted.map((name) => name.toLowerCase()));
  return tools.filter(({ name }) => chosen.has(name.toLowerCase()));
}
