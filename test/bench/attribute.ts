import type { Profiler } from 'node:inspector';

/** Where the time of a step goes. */
export const parts = [
  'our own code',
  'the task library',
  "Entra's library",
  'reading and parsing the bundle',
  "reading and parsing Entra's library",
  "loading Node's modules",
  'TLS',
  'sockets, HTTP and streams',
  'starting programs',
  "the rest of Node's code",
  'collecting garbage',
  'waiting',
] as const;

/** One of {@link parts}. */
export type Part = (typeof parts)[number];

/** Finds the source of a place in a bundle, by its URL and zero-based line and column; undefined: not in a bundle. */
export type FindSource = (url: string, line: number, column: number) => string | undefined;

interface Frame {
  readonly name: string;
  readonly url: string;
  /** Of frames in a bundle. */
  readonly source: string | undefined;
}

/** Milliseconds that a profile shows of each part. */
export function attribute(profile: Profiler.Profile, findSource: FindSource): Map<Part, number> {
  const stacks = toStacks(profile, findSource);
  const times = new Map<Part, number>(parts.map((part) => [part, 0]));
  const { samples = [], timeDeltas = [] } = profile;
  for (const [index, id] of samples.entries()) {
    const part = toPart(stacks.get(id) ?? []);
    // A sample stands for the time until the next one.
    times.set(part, (times.get(part) ?? 0) + (timeDeltas[index + 1] ?? 0) / 1000);
  }
  return times;
}

/** The frames of each node, the innermost first. */
function toStacks(
  { nodes }: Profiler.Profile,
  findSource: FindSource,
): ReadonlyMap<number, readonly Frame[]> {
  const stacks = new Map<number, readonly Frame[]>();
  const above = new Map<number, number>();
  // Parents come before their children.
  for (const { id, callFrame, children = [] } of nodes) {
    for (const child of children) above.set(child, id);
    const { functionName: name, url, lineNumber, columnNumber } = callFrame;
    const frame: Frame = { name, url, source: findSource(url, lineNumber, columnNumber) };
    stacks.set(id, [frame, ...(stacks.get(above.get(id) ?? 0) ?? [])]);
  }
  return stacks;
}

const isIn = (frames: readonly Frame[], pattern: RegExp): boolean =>
  frames.some(({ url, name }) => pattern.test(`${url} ${name}`));

function toPart(stack: readonly Frame[]): Part {
  const [innermost] = stack;
  if (innermost?.name === '(idle)') return 'waiting';
  if (innermost?.name === '(garbage collector)') return 'collecting garbage';
  // What Node does on behalf of a bundle, and on whose.
  const ours = stack.findIndex(({ source }) => source !== undefined);
  const source = stack[ours]?.source;
  const within = ours === -1 ? stack : stack.slice(0, ours);
  if (isIn(within, /^node:internal\/bootstrap\/realm /)) return "loading Node's modules";
  if (isIn(within, /^node:internal\/modules\//)) {
    return source === undefined
      ? 'reading and parsing the bundle'
      : "reading and parsing Entra's library";
  }
  if (isIn(within, /^node:(?:_tls|tls|internal\/tls|crypto|internal\/crypto)/)) return 'TLS';
  if (isIn(within, /^node:(?:internal\/)?child_process/)) return 'starting programs';
  if (
    isIn(within, /^node:(?:net|dns|_http|http|internal\/(?:streams|dns|stream_base|js_stream))/)
  ) {
    return 'sockets, HTTP and streams';
  }
  if (source === undefined) return "the rest of Node's code";
  if (source.includes('node_modules/azure-pipelines-task-lib/')) return 'the task library';
  return /node_modules\/@(?:azure|typespec)\/|^entra-library\.cjs$/.test(source)
    ? "Entra's library"
    : 'our own code';
}
