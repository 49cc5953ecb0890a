import type { Cell, CellResult } from './run-cell.ts';

/** One cell with what became of it. */
export interface Row extends Cell {
  readonly result: CellResult;
}

const headings = ['Fault', 'Happens', 'Request', 'Way', 'Outcome', 'Tries', 'Node'] as const;

/** The matrix as a table in Markdown, one line for all Nodes on which the same came out. */
export function toTable(rows: readonly Row[]): string {
  const nodes = new Map<string, string[]>();
  for (const { fault, target, way, node, result } of rows) {
    const line = [fault.name, fault.times, target.name, way, result.outcome, String(result.tries)];
    const key = line.join('\t');
    nodes.set(key, [...(nodes.get(key) ?? []), node]);
  }
  const lines = [...nodes].map(([key, versions]) => [...key.split('\t'), versions.join(', ')]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    toLine(headings),
    toLine(widths.map((width) => '-'.repeat(width))),
    ...lines.map(toLine),
  ].join('\n');
}
