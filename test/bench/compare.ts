import { measure, measureUsage, type Sample, type Setting, type Usage } from './measure.ts';
import { summarise, type Summary } from './statistics.ts';
import type { Variant } from './variants.ts';

/** What was measured of one variant at one place on one Node; ratios are to the floor in the same run. */
export interface Row {
  readonly variant: string;
  readonly node: string;
  readonly place: string;
  /** Milliseconds from the start of the process to its end. */
  readonly wall: Summary;
  readonly wallRatio: number;
  readonly requests: number;
  /** Milliseconds; not a number where it was not measured, as below. */
  readonly cpuMs: number;
  readonly cpuRatio: number;
  /** Peak. */
  readonly memoryKb: number;
  readonly memoryRatio: number;
}

/** Measures all variants, the floor first, one after the other in each round. */
export async function compare(
  variants: readonly Variant[],
  setting: Setting,
  runs: number,
): Promise<readonly Row[]> {
  const samples = new Map<Variant, Sample[]>(variants.map((variant) => [variant, []]));
  const usages = new Map<Variant, Usage[]>(variants.map((variant) => [variant, []]));
  // Interleaved, so that whatever else the machine does strikes all alike; the first round warms up.
  for (let round = -1; round < runs; round++) {
    for (const variant of variants) {
      const sample = await measure(variant, setting);
      const usage = variant.onNode ? await measureUsage(variant, setting) : undefined;
      if (round < 0) continue;
      samples.get(variant)?.push(sample);
      if (usage !== undefined) usages.get(variant)?.push(usage);
    }
  }
  const rows = variants.map((variant) => {
    const own = samples.get(variant) ?? [];
    const used = usages.get(variant) ?? [];
    return {
      variant: variant.name,
      node: setting.node,
      place: setting.place.name,
      wall: summarise(own.map(({ wallMs }) => wallMs)),
      requests: own.at(-1)?.requests ?? 0,
      cpuMs: summarise(used.map(({ cpuMs }) => cpuMs)).median,
      memoryKb: summarise(used.map(({ memoryKb }) => memoryKb)).median,
    };
  });
  const [floor] = rows;
  if (floor === undefined) return [];
  return rows.map((row) => ({
    ...row,
    wallRatio: row.wall.median / floor.wall.median,
    cpuRatio: row.cpuMs / floor.cpuMs,
    memoryRatio: row.memoryKb / floor.memoryKb,
  }));
}
