/** Middle and spread of a sample. */
export interface Summary {
  readonly median: number;
  /** The tenth and the ninetieth percentile. */
  readonly low: number;
  readonly high: number;
}

/** Median and 10-90 % spread; the machines are noisy, so means say little. */
export function summarise(sample: readonly number[]): Summary {
  const sorted = sample.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}
