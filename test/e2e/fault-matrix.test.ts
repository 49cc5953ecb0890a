import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { faultCases, type FaultCase } from './fault-matrix/fault-cases.ts';
import { runCell, type Cell, type CellResult } from './fault-matrix/run-cell.ts';
import { toTable, type Row } from './fault-matrix/table.ts';
import { targets } from './fault-matrix/targets.ts';
import { isFull } from './support/full.ts';
import { runAll } from './support/run-all.ts';
import { startStage, type Stage, type Way } from './support/stage.ts';

const ways: readonly Way[] = ['proxied', 'direct'];
// The slow ones only wait, so they need no processor but many places.
const places = isFull ? { quick: 4, slow: 16 } : { quick: 3, slow: 0 };
const cells = faultCases.flatMap((fault, index) => createCells(fault, index));

/** In full on both Nodes; the short run takes them in turn. */
function createCells(fault: FaultCase, index: number): Cell[] {
  if (!isFull && fault.short !== true) return [];
  const nodes = isFull ? (['20', '24'] as const) : ([index % 2 === 0 ? '20' : '24'] as const);
  return nodes
    .flatMap((node) =>
      targets.flatMap((target) => ways.map((way): Cell => ({ fault, target, way, node }))),
    )
    .filter(
      ({ target, way }) =>
        (fault.way ?? way) === way && (fault.service ?? target.service) === target.service,
    );
}

describe('the fault matrix', function () {
  this.timeout(isFull ? 1_200_000 : 60_000);
  const stages: Stage[] = [];
  const results = new Map<Cell, Promise<CellResult>>();
  const rows: Row[] = [];

  before(async () => {
    for (const way of ways) {
      for (const pace of ['quick', 'slow'] as const) {
        const mine = cells.filter(
          (cell) => cell.way === way && (cell.fault.slow ?? false) === (pace === 'slow'),
        );
        const own = await Promise.all(
          Array.from({ length: places[pace] }, async () => startStage(way)),
        );
        stages.push(...own);
        const runs = runAll(
          own,
          mine.map((cell) => async (stage: Stage) => runCell(cell, stage)),
        );
        for (const [index, run] of runs.entries()) {
          const cell = mine[index];
          if (cell !== undefined) results.set(cell, run);
        }
      }
    }
  });

  after(async () => {
    await Promise.allSettled(results.values());
    await Promise.all(stages.map(async (stage) => stage.close()));
    const table = toTable(rows);
    if (isFull) console.log(`\n${table}\n`);
    const file = process.env['FAULT_MATRIX_FILE'];
    if (file !== undefined && file !== '') await writeFile(file, `${table}\n`);
  });

  for (const cell of cells) {
    const { fault, target, way, node } = cell;
    const outcome = fault.outcome(target);
    it(`${fault.name}, ${fault.times}, ${target.name}, ${way}, Node ${node}: ${outcome}`, async () => {
      const result = await results.get(cell);
      assert.ok(result);
      rows.push({ ...cell, result });
      assert.deepEqual(result, { outcome, tries: fault.tries });
    });
  }
});
