/** Chance that can be repeated: a sequence of numbers that depends on its seed only. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number of at least 0, less than `bound`. */
  below(bound: number): number;
  /** One of the values. */
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
}

/** The generator `mulberry32` (public domain, Tommy Ettinger): 32 bits of state. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return { next, below, pick: (values) => values[below(values.length)] ?? values[0] };
}

/** The seed to use: that of the environment variable FUZZ_SEED, to replay a failure, or a new one. */
export function toSeed(): number {
  const given = Number(process.env['FUZZ_SEED'] || Number.NaN);
  return Number.isNaN(given) ? Math.floor(Math.random() * 2 ** 32) : given;
}
