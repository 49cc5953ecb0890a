/**
 * Options of Node for the keeper: it lives beside a build for hours, and a small heap is swept instead of grown. It holds
 * a few kilobytes; the limit leaves room for every answer that can be under way at once.
 */
export const keeperOptions: readonly string[] = [
  '--max-semi-space-size=1',
  '--max-old-space-size=24',
];

/** The same for what lies outside of the heap: glibc else keeps a pool for each thread. */
export const keeperMemory: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
