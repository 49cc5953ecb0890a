import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../local/repository.ts';

/** The section of docs/troubleshooting.md about a code; empty when there is none. */
export function readSection(code: string): string {
  const text = readFileSync(join(repository, 'docs', 'troubleshooting.md'), 'utf8');
  return text.split(/^### /m).find((section) => section.startsWith(`${code}\n`)) ?? '';
}

/**
 * The parts of a section's example message that are the same in every log: what stands between the
 * omissions, the quoted values, the ids and the numbers.
 */
export function readExample(code: string): readonly string[] {
  const lines = readSection(code).split('\n');
  const example = lines
    .filter((line) => line.startsWith('> '))
    .map((line) => line.slice(2).replace(/\\([_*<>])/g, '$1'))
    .join('\n');
  return example
    .split(
      /\.{3,}|"[^"\n]*"|'[^'\n]*'|\*{3}|\bhttps?:\/\/\S+|\b(?:[\w-]+\.)+com\b|\b[\w.-]+:\d+\b|\b[0-9a-f]{4,}\b|\n/,
    )
    .map((part) => part.trim())
    .filter((part) => part.length >= 6);
}

/** What a file is after a difference: every line that is not taken away, without its mark. */
export function applyDifference(difference: string): string {
  return difference
    .split('\n')
    .filter((line) => !line.startsWith('-'))
    .map((line) => line.slice(1))
    .join('\n');
}
