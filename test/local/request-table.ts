import type { RecordedRequest } from './contract.ts';

/** The requests as a table; queries are shown, headers and bodies never are. */
export function formatRequests(requests: readonly RecordedRequest[]): string {
  if (requests.length === 0) return 'No requests were made.';
  const header = ['Service', 'Method', 'Host', 'Path', 'Status'];
  const rows = requests.map(({ service, method, host, path, status }) => [
    service,
    method,
    host,
    path,
    status === undefined ? '-' : String(status),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
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
