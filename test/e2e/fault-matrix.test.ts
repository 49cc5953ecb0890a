import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createCells, toExpected, ways } from './fault-matrix/cells.ts';
import { pageFile, toPage } from './fault-matrix/page.ts';
import { runCell, type Cell, type CellResult } from './fault-matrix/run-cell.ts';
import { toTable, type Row } from './fault-matrix/table.ts';
import { isFull } from './support/full.ts';
import { runAll } from './support/run-all.ts';
import { startStage, type Stage } from './support/stage.ts';

// The slow ones only wait, so they need no processor but many places.
const places = isFull ? { quick: 4, slow: 16 } : { quick: 3, slow: 0 };
const cells = createCells(isFull);

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
    if (isFull) console.log(`\n${toTable(rows)}\n`);
  });

  for (const cell of cells) {
    const { fault, target, way, node } = cell;
    const expected = toExpected(cell);
    it(`${fault.name}, ${fault.times}, ${target.name}, ${way}, Node ${node}: ${expected.outcome}`, async () => {
      const result = await results.get(cell);
      assert.ok(result);
      rows.push({ ...cell, result });
      assert.deepEqual(result, expected);
    });
  }
});

describe('docs/fault-matrix.md', () => {
  it('shows the matrix that is tested; npm run matrix writes it', async () => {
    const page = await readFile(pageFile, 'utf8');
    assert.equal(page.replaceAll('\r\n', '\n'), toPage());
  });
});
