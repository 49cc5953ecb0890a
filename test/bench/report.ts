import { unzipSync, zipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import type { Row } from './compare.ts';

/** Sizes in bytes. */
export interface Sizes {
  /** The folder of each task, zipped as the service hands it to agents. */
  readonly taskFolders: Readonly<Record<string, number>>;
  readonly vsix: number;
}

/** Measures what is downloaded: the package by the organisation, the task's folder by every agent. */
export async function measureSizes(vsix: string): Promise<Sizes> {
  const packed = await readFile(vsix);
  const files = unzipSync(packed);
  const names = Object.keys(files).filter(
    (name) => name.startsWith('tasks/') && !name.endsWith('/'),
  );
  const tasks = [...new Set(names.map((name) => name.split('/')[1] ?? ''))];
  return {
    taskFolders: Object.fromEntries(
      tasks.map((task) => {
        const own = names.filter((name) => name.startsWith(`tasks/${task}/`));
        const content = Object.fromEntries(
          own.map((name) => [name, files[name] ?? new Uint8Array()]),
        );
        return [task, zipSync(content, { level: 6 }).length];
      }),
    ),
    vsix: packed.length,
  };
}

const ms = (value: number): string => value.toFixed(0);
const times = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(2));
const kilobytes = (value: number): string => `${(value / 1024).toFixed(0)} KB`;

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The rows as a Markdown table, and the sizes below. */
export function formatTable(rows: readonly Row[], sizes: Sizes): string {
  const header = [
    'Node',
    'place',
    'variant',
    'median ms',
    '10-90 %',
    'ratio',
    'CPU ms',
    'ratio',
    'peak MB',
    'ratio',
    'requests',
  ];
  const body = rows.map(({ node, place, variant, wall, wallRatio, requests, ...row }) => [
    node,
    place,
    variant,
    ms(wall.median),
    `${ms(wall.low)}-${ms(wall.high)}`,
    times(wallRatio),
    Number.isNaN(row.cpuMs) ? '' : ms(row.cpuMs),
    times(row.cpuRatio),
    Number.isNaN(row.memoryKb) ? '' : (row.memoryKb / 1024).toFixed(1),
    times(row.memoryRatio),
    String(requests),
  ]);
  return [
    line(header),
    line(header.map(() => '---')),
    ...body.map(line),
    '',
    `Task folders zipped: ${Object.entries(sizes.taskFolders)
      .map(([task, bytes]) => `${task} ${kilobytes(bytes)}`)
      .join(', ')}; .vsix ${kilobytes(sizes.vsix)}.`,
  ].join('\n');
}
