import type { Way } from '../support/stage.ts';
import { faultCases } from './fault-cases.ts';
import type { Cell, CellResult } from './run-cell.ts';
import { targets } from './targets.ts';

/** Both ways to the services. */
export const ways: readonly Way[] = ['proxied', 'direct'];

/** Every fault, request and way: in full on both Nodes; the short run takes these in turn. */
export function createCells(isFull: boolean): readonly Cell[] {
  return faultCases.flatMap((fault, index) => {
    if (!isFull && fault.short !== true) return [];
    const own = index % 2 === 0 ? (['20'] as const) : (['24'] as const);
    const nodes = isFull ? (['20', '24'] as const) : own;
    return nodes.flatMap((node) =>
      targets
        .filter(({ service }) => (fault.service ?? service) === service)
        .flatMap((target) =>
          ways
            .filter((way) => (fault.way ?? way) === way)
            .map((way): Cell => ({ fault, target, way, node })),
        ),
    );
  });
}

/** What must become of a cell. */
export function toExpected({ fault, target }: Cell): CellResult {
  return { outcome: fault.outcome(target), tries: fault.tries };
}
