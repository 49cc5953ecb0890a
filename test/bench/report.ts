import { unzipSync, zipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import { parts } from './attribute.ts';
import type { Row } from './compare.ts';
import type { Breakdown, Milestones } from './profile.ts';

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

const table = (header: readonly string[], body: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...body].map(line).join('\n');

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
    table(header, body),
    '',
    `Task folders zipped: ${Object.entries(sizes.taskFolders)
      .map(([task, bytes]) => `${task} ${kilobytes(bytes)}`)
      .join(', ')}; .vsix ${kilobytes(sizes.vsix)}.`,
  ].join('\n');
}

/** The stretches between two milestones, by what happens in them. */
const stretches: Readonly<Record<string, (reached: Milestones) => number>> = {
  "Node's own start": ({ begin }) => begin,
  'to the first socket': ({ begin, socket }) => socket - begin,
  'to the answer of Azure DevOps': ({ socket, firstAnswer }) => firstAnswer - socket,
  'to the answer of Entra': ({ firstAnswer, lastAnswer }) => lastAnswer - firstAnswer,
  'to the last line': ({ lastAnswer, end }) => end - lastAnswer,
  "Node's own end, and what its start takes the system": ({ end, gone }) => gone - end,
  'the whole process': ({ gone }) => gone,
};

/** Two Markdown tables with a column for each variant: the time between milestones, and that of each part. */
export function formatBreakdowns(breakdowns: readonly Breakdown[]): string {
  const columns = breakdowns.map(
    ({ variant, node, place }) => `${variant.replace(/:.*/, '')}, Node ${node}, ${place}`,
  );
  const row = (name: string, toMs: (breakdown: Breakdown) => number): readonly string[] => [
    name,
    ...breakdowns.map((breakdown) => toMs(breakdown).toFixed(1)),
  ];
  return [
    table(
      ['ms', ...columns],
      Object.entries(stretches).map(([name, toMs]) =>
        row(name, ({ milestones }) => toMs(milestones)),
      ),
    ),
    table(
      ['ms, with the profiler', ...columns],
      parts.map((part) => row(part, (breakdown) => breakdown.parts.get(part) ?? 0)),
    ),
  ].join('\n\n');
}
