import type { RecordedRequest } from './contract.ts';

/** The requests as a table; queries are shown, headers and bodies never are. */
export function formatRequests(requests: readonly RecordedRequest[]): string {
  if (requests.length === 0) return 'No requests were made.';
  // The path last: it is the longest by far, and nothing has to line up behind it.
  const header = ['Service', 'Method', 'Status', 'Host', 'Path'];
  const rows = fold(
    requests.map(({ service, method, host, path, status }) => [
      service,
      method,
      status === undefined ? '-' : String(status),
      host,
      path,
    ]),
  );
  const widths = header.map((title, column) =>
    title === 'Path'
      ? title.length
      : Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [header, widths.map((width) => '-'.repeat(width)), ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Equal requests in a row as one, with their number: what keeps a job signed in asks the same all along. */
function fold(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const folded: { readonly row: readonly string[]; count: number }[] = [];
  for (const row of rows) {
    const last = folded.at(-1);
    if (last !== undefined && row.every((cell, column) => cell === last.row[column])) {
      last.count += 1;
    } else folded.push({ row, count: 1 });
  }
  return folded.map(({ row, count }) =>
    count === 1 ? row : [...row.slice(0, -1), `${row.at(-1) ?? ''} (${count} times)`],
  );
}
