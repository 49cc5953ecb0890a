import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageLocally } from '../local/local-package.ts';
import { requireNode } from '../local/nodes.ts';
import { repository } from '../local/repository.ts';
import { startWorld } from '../local/world.ts';
import { measureCommand } from './command.ts';
import { compare } from './compare.ts';
import { explainNoSpeed, measureKeeper } from './keeper.ts';
import type { Setting } from './measure.ts';
import { help, parseOptions, type BenchOptions } from './options.ts';
import { openPlace } from './places.ts';
import { breakDown } from './profile.ts';
import { formatBreakdowns, formatTable, measureSizes } from './report.ts';
import { listVariants, type Variant } from './variants.ts';

const json = join('dist', 'bench.json');

/** Measures the variants at every place on every Node. */
async function atEach<Found>(
  { runs, places, nodes }: BenchOptions,
  vsix: string,
  measure: (
    variants: readonly Variant[],
    setting: Setting,
    runs: number,
  ) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const all: Found[] = [];
  for (const node of nodes) {
    await requireNode(node);
    for (const choice of places) {
      console.error(`Node ${node}, ${choice.name}, ${runs} runs each ...`);
      const place = await openPlace(choice);
      try {
        all.push(...(await measure(listVariants(place.way), { place, vsix, node }, runs)));
      } finally {
        await place.close();
      }
    }
  }
  return all;
}

/** Prints tables and writes JSON. */
async function bench(options: BenchOptions): Promise<void> {
  const vsix = await packageLocally();
  if (options.profile) return console.log(formatBreakdowns(await atEach(options, vsix, breakDown)));
  const rows = await atEach(options, vsix, compare);
  const sizes = await measureSizes(vsix);
  console.log(formatTable(rows, sizes));
  await measureSignIn(options);
  await mkdir(join(repository, 'dist'), { recursive: true });
  await writeFile(join(repository, json), JSON.stringify({ rows, sizes }, undefined, 2));
  console.error(`The same as JSON: ${json}`);
}

async function measureSignIn({ nodes, runs, keeper }: BenchOptions): Promise<void> {
  const world = await startWorld();
  try {
    for (const node of nodes) {
      const { bare, command } = await measureCommand(world, node, runs);
      const ratio = (command.median / bare.median).toFixed(2);
      console.log(
        `Node ${node}: a warm entra-token ${command.median.toFixed(0)} ms, node -e 0 ${bare.median.toFixed(0)} ms, ratio ${ratio}.`,
      );
    }
    if (!keeper) return;
    const noSpeed = explainNoSpeed();
    if (noSpeed !== undefined) return console.log(`The keeper was not measured: ${noSpeed}.`);
    for (const node of nodes) {
      const { samples } = await measureKeeper(world, node, [60, 500, 1000, 1500, 2000]);
      const cells = samples.map(
        ({ refreshes, residentKb }) =>
          `${(residentKb / 1024).toFixed(1)} MB after ${refreshes} refreshes`,
      );
      console.log(`Node ${node}: the keeper has ${cells.join(', ')}.`);
    }
  } finally {
    await world.close();
  }
}

async function main(): Promise<void> {
  let options: BenchOptions | undefined;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  if (options === undefined) return console.log(help);
  await bench(options);
}

await main();
