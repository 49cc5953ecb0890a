import type { RecordedRequest } from './contract.ts';

/** The requests as a table; queries are shown, headers and bodies never are. */
export function formatRequests(requests: readonly RecordedRequest[]): string {
  if (requests.length === 0) return 'No requests were made.';
  // The path last: it is the longest by far, and nothing has to line up behind it.
  const header = ['Service', 'Method', 'Status', 'Host', 'Path'];
  const rows = requests.map(({ service, method, host, path, status }) => [
    service,
    method,
    status === undefined ? '-' : String(status),
    host,
    path,
  ]);
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
