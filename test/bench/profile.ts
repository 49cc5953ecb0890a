import { unzipSync } from 'fflate';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { bundlePart } from '../../.ci/package/bundle.ts';
import { findTasks } from '../../.ci/package/tasks.ts';
import { repository } from '../local/repository.ts';
import { attribute, parts, type FindSource, type Part } from './attribute.ts';
import { runVariant, type Setting } from './measure.ts';
import { summarise } from './statistics.ts';
import type { Variant } from './variants.ts';

/** What a step reaches, in milliseconds from the start of its process, medians. */
export interface Milestones {
  /** The first line of its code. */
  readonly begin: number;
  /** The first socket, before the name is looked up. */
  readonly socket: number;
  readonly firstAnswer: number;
  readonly lastAnswer: number;
  /** The end of its code. */
  readonly end: number;
  /** The process is gone. */
  readonly gone: number;
}

/** Where the time of a variant goes. */
export interface Breakdown {
  readonly variant: string;
  readonly node: string;
  readonly place: string;
  readonly milestones: Milestones;
  /** Milliseconds, means: they add up. With the profiler, which costs time of its own. */
  readonly parts: ReadonlyMap<Part, number>;
}

const hook = (name: string): string =>
  `--require "${join(repository, 'test', 'bench', 'variants', name)}"`;

/** Breaks the time of each variant down, one after the other in each round. */
export async function breakDown(
  variants: readonly Variant[],
  setting: Setting,
  runs: number,
): Promise<readonly Breakdown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-token-profile-'));
  const file = join(folder, 'report');
  const report = async <Report>(variant: Variant, name: string, key: string) => {
    await rm(file, { force: true });
    const environment = { NODE_OPTIONS: hook(name), [key]: file };
    const { wallMs } = await runVariant(variant, setting, environment);
    return { wallMs, report: JSON.parse(await readFile(file, 'utf8')) as Report };
  };
  // The hooks are Node's.
  const found = variants
    .filter(({ onNode }) => onNode)
    .map((variant) => ({
      variant,
      milestones: [] as Milestones[],
      times: [] as Map<Part, number>[],
    }));
  try {
    const findSource = await readSources(setting.vsix, folder);
    // The first round warms up.
    for (let round = -1; round < runs; round++) {
      for (const { variant, milestones, times } of found) {
        const reached = await report<Omit<Milestones, 'gone'> & { readonly answers: number[] }>(
          variant,
          'report-milestones.cjs',
          'BENCH_MILESTONES_FILE',
        );
        const profiled = await report<Profiler.Profile>(
          variant,
          'report-profile.cjs',
          'BENCH_PROFILE_FILE',
        );
        if (round < 0) continue;
        const { answers, ...rest } = reached.report;
        const [firstAnswer = Number.NaN, lastAnswer = Number.NaN] = answers.slice(-2);
        milestones.push({ ...rest, firstAnswer, lastAnswer, gone: reached.wallMs });
        times.push(attribute(profiled.report, findSource));
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return found.map(({ variant, milestones, times }) => ({
    variant: variant.name,
    node: setting.node,
    place: setting.place.name,
    milestones: toMedians(milestones),
    parts: new Map(
      parts.map((part) => [
        part,
        times.reduce((sum, time) => sum + (time.get(part) ?? 0), 0) / times.length,
      ]),
    ),
  }));
}

function toMedians(samples: readonly Milestones[]): Milestones {
  const median = (key: keyof Milestones): number =>
    summarise(samples.map((sample) => sample[key])).median;
  return {
    begin: median('begin'),
    socket: median('socket'),
    firstAnswer: median('firstAnswer'),
    lastAnswer: median('lastAnswer'),
    end: median('end'),
    gone: median('gone'),
  };
}

/** Reads the sources behind the bundles of a package, which holds no maps: they are made once more, with maps. */
async function readSources(vsix: string, folder: string): Promise<FindSource> {
  const packed = unzipSync(await readFile(vsix));
  const maps = new Map<string, SourceMap>();
  for (const task of findTasks(repository)) {
    for (const { entryPoint, bundle } of task.parts) {
      const file = join(folder, bundle);
      await bundlePart(repository, entryPoint, file, { sourceMap: true });
      const shipped = posix.join(task.folder, bundle);
      assert.deepEqual(
        Buffer.from(packed[shipped] ?? []),
        await readFile(file),
        `${shipped} differs.`,
      );
      const map = JSON.parse(await readFile(`${file}.map`, 'utf8')) as SourceMapPayload;
      maps.set(`${String(task.manifest['name'])}/${bundle}`, new SourceMap(map));
    }
  }
  return (url, line, column) => {
    if (!url.startsWith('file:')) return undefined;
    // Where the agent keeps a task: _tasks/<name>_<id>/<version>.
    const [, task = '', bundle = ''] = /\/_tasks\/([^/]+)_[^/]+\/[^/]+\/([^/]+)$/.exec(url) ?? [];
    const map = maps.get(`${task}/${bundle}`);
    // A script that is no bundle is its own source.
    if (map === undefined) return url.includes('/variants/report-') ? undefined : url;
    const entry = map.findEntry(line, column);
    // What the bundler adds belongs to the bundle.
    return 'originalSource' in entry ? entry.originalSource : bundle;
  };
}
