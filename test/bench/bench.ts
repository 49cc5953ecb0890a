import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from '../../.ci/package/package.ts';
import { startAgent } from '../local/agent/agent.ts';
import { requireNode, type NodeMajor } from '../local/nodes.ts';
import { repository } from '../local/repository.ts';
import { signAssertion } from '../local/services/oidc-endpoint.ts';
import { startWorld, type World } from '../local/world.ts';
import { measureCommand } from './command.ts';
import { explainNoSpeed, measureKeeper } from './keeper.ts';
import { formatTable, measureSizes, type Row, type Sizes } from './report.ts';
import { summarise } from './statistics.ts';
import { listVariants, type Variant } from './variants.ts';

const memoryHook = join(repository, 'test', 'bench', 'variants', 'report-memory.cjs');

interface Sample {
  readonly wallMs: number;
  readonly requests: number;
  /** Kilobytes; undefined where it was not measured. */
  readonly memory: number | undefined;
}

/** Where and how one sample is taken. */
interface Setting {
  readonly world: World;
  readonly vsix: string;
  readonly node: NodeMajor;
  readonly memory: boolean;
}

async function measure(variant: Variant, { world, vsix, node, memory }: Setting): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-token-bench-'));
  const memoryFile = join(folder, 'memory');
  const agent = await startAgent({
    world,
    node,
    vsix: variant.taskFolder === undefined ? [vsix] : [],
    taskFolders: variant.taskFolder === undefined ? [] : [variant.taskFolder],
    // Every variant finds the servers in the same way, one that all of them know.
    proxy: null,
    certificates: {},
    machine: {
      HTTPS_PROXY: world.proxy.url,
      NODE_EXTRA_CA_CERTS: world.caFile,
      REQUESTS_CA_BUNDLE: world.caFile,
      NODE_PATH: join(repository, 'node_modules'),
      ...(memory
        ? { NODE_OPTIONS: `--require "${memoryHook}"`, BENCH_MEMORY_FILE: memoryFile }
        : {}),
    },
  });
  try {
    const before = world.requests.length;
    const { federation } = world.behind('contoso-azure');
    const { parameters } =
      world.connections.find(({ name }) => name === 'contoso-azure')?.authorization ?? {};
    const verdict = await agent.runJob({
      steps: [variant.step],
      variables: [
        { name: 'clientId', value: parameters?.['serviceprincipalid'] ?? '' },
        { name: 'tenantId', value: parameters?.['tenantid'] ?? '' },
        { name: 'assertion', value: await signAssertion(federation, 600), secret: true },
      ],
    });
    const [step] = verdict.steps;
    if (verdict.result !== 'Succeeded' || step === undefined) {
      throw new Error(`${variant.name} failed:\n${verdict.maskedLog.join('\n')}`);
    }
    return {
      wallMs: step.processMs,
      requests: world.requests.length - before,
      memory: memory ? Number(await readFile(memoryFile, 'utf8')) : undefined,
    };
  } finally {
    await agent.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  variants: readonly Variant[],
  setting: Omit<Setting, 'memory'>,
  latencyMs: number,
  runs: number,
): Promise<readonly Row[]> {
  setting.world.latency.ms = latencyMs;
  const samples = new Map<Variant, Sample[]>(variants.map((variant) => [variant, []]));
  const memories = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
  // Interleaved, so that whatever else the machine does strikes all alike; the first round warms up.
  for (let round = -1; round < runs; round++) {
    for (const variant of variants) {
      const sample = await measure(variant, { ...setting, memory: false });
      if (round >= 0) samples.get(variant)?.push(sample);
      if (variant.onNode && round >= 0 && round < 5) {
        const { memory } = await measure(variant, { ...setting, memory: true });
        if (memory !== undefined) memories.get(variant)?.push(memory);
      }
    }
  }
  const wall = new Map(
    variants.map((variant) => [
      variant,
      summarise((samples.get(variant) ?? []).map(({ wallMs }) => wallMs)),
    ]),
  );
  const memory = new Map(
    variants.map((variant) => [variant, summarise(memories.get(variant) ?? []).median]),
  );
  const [floor] = variants;
  if (floor === undefined) return [];
  return variants.map((variant) => ({
    variant: variant.name,
    node: setting.node,
    latencyMs,
    wall: wall.get(variant) ?? summarise([]),
    ratio: (wall.get(variant)?.median ?? Number.NaN) / (wall.get(floor)?.median ?? Number.NaN),
    requests: samples.get(variant)?.at(-1)?.requests ?? 0,
    memoryKb: memory.get(variant) ?? Number.NaN,
    memoryRatio: (memory.get(variant) ?? Number.NaN) / (memory.get(floor) ?? Number.NaN),
  }));
}

/** Measures every variant at both latencies on both Nodes; prints a table and writes JSON. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '15' },
      // Long, and without a ratio to the floor.
      keeper: { type: 'boolean', default: false },
      json: { type: 'string', default: join('dist', 'bench.json') },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1.');
  const vsix = await packageExtension();
  const world = await startWorld();
  try {
    const rows: Row[] = [];
    for (const node of ['20', '24'] as const) {
      await requireNode(node);
      const variants = listVariants();
      for (const latencyMs of [0, 100]) {
        console.error(
          `Node ${node}, ${latencyMs} ms of latency per request, ${runs} runs each ...`,
        );
        rows.push(...(await compare(variants, { world, vsix, node }, latencyMs, runs)));
      }
    }
    const sizes: Sizes = await measureSizes(vsix);
    console.log(formatTable(rows, sizes));
    world.latency.ms = 0;
    for (const node of ['20', '24'] as const) {
      const { bare, command } = await measureCommand(world, node, runs);
      const ratio = (command.median / bare.median).toFixed(2);
      console.log(
        `Node ${node}: a warm entra-token ${command.median.toFixed(0)} ms, node -e 0 ${bare.median.toFixed(0)} ms, ratio ${ratio}.`,
      );
    }
    const noSpeed = explainNoSpeed();
    if (values.keeper && noSpeed !== undefined)
      console.log(`The keeper was not measured: ${noSpeed}.`);
    if (values.keeper && noSpeed === undefined) {
      for (const node of ['20', '24'] as const) {
        const { samples } = await measureKeeper(world, node, [60, 500, 1000, 1500, 2000]);
        const cells = samples.map(
          ({ refreshes, residentKb }) =>
            `${(residentKb / 1024).toFixed(1)} MB after ${refreshes} refreshes`,
        );
        console.log(`Node ${node}: the keeper has ${cells.join(', ')}.`);
      }
    }
    await mkdir(join(repository, 'dist'), { recursive: true });
    await writeFile(join(repository, values.json), JSON.stringify({ rows, sizes }, undefined, 2));
    const { size } = await stat(join(repository, values.json));
    console.error(`The same as JSON (${size} bytes): ${values.json}`);
  } finally {
    await world.close();
  }
}

await main();
