import type { Cell, CellResult } from './run-cell.ts';

/** One cell with what became of it. */
export interface Row extends Cell {
  readonly result: CellResult;
}

const headings = ['Fault', 'Happens', 'Request', 'Outcome', 'Tries', 'Way', 'Node'] as const;

/** The matrix as a table in Markdown; ways and Nodes on which the same came out share a line. */
export function toTable(rows: readonly Row[]): string {
  const seen = new Map<string, { readonly ways: Set<string>; readonly nodes: Set<string> }>();
  for (const { fault, target, way, node, result } of rows) {
    const key = [fault.name, fault.times, target.name, result.outcome, result.tries].join('\t');
    const { ways, nodes } = seen.get(key) ?? { ways: new Set(), nodes: new Set() };
    seen.set(key, { ways: ways.add(way), nodes: nodes.add(node) });
  }
  const lines = [...seen].map(([key, { ways, nodes }]) => [
    ...key.split('\t'),
    [...ways].toSorted().join(', '),
    [...nodes].toSorted().join(', '),
  ]);
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
