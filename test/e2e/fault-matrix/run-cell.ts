import assert from 'node:assert/strict';
import type { NodeMajor } from '../../local/nodes.ts';
import { assertNoLeak } from '../support/leaks.ts';
import { assertProperEnd } from '../support/proper-end.ts';
import type { TaskRun } from '../support/run-task.ts';
import type { Stage, Way } from '../support/stage.ts';
import type { FaultCase } from './fault-cases.ts';
import { isTarget, type Target } from './targets.ts';

/** One fault that meets one request on one way. */
export interface Cell {
  readonly fault: FaultCase;
  readonly target: Target;
  readonly way: Way;
  readonly node: NodeMajor;
}

/** What became of it, as the table shows it. */
export interface CellResult {
  readonly outcome: string;
  readonly tries: number;
}

/** Runs the packaged task against one fault, and checks everything that must hold whatever happens. */
export async function runCell({ fault, target, node }: Cell, stage: Stage): Promise<CellResult> {
  stage.reset();
  cause(fault, target, stage);
  const connects = stage.world.proxy.connects.length;
  const run = await stage.run({ node, ...target.scenario });
  const outcome = run.code ?? (fault.times === 'once' ? 'recovered' : 'succeeded');
  assertProperEnd(stage.world, run);
  assertNoLeak(stage.world, run);
  const again = run.step.maskedLog.filter((line) => line.includes('trying again in')).length;
  const tries = countTries(fault, target, stage, run, connects) ?? 1 + again;
  assert.equal(1 + again, tries, 'Each wait is said in one line.');
  return { outcome, tries };
}

function cause({ mishap, times }: FaultCase, { service, rule }: Target, stage: Stage): void {
  const count = times === 'once' ? 1 : Infinity;
  switch (mishap.at) {
    case 'request':
      stage.fail(service, mishap.fault(), { ...rule, times: count });
      return;
    case 'certificate':
      stage.spoil(service, mishap.flaw);
      return;
    case 'tunnel':
      stage.failTunnel(service, mishap.fault, count);
      return;
    default:
      mishap satisfies never;
  }
}

/** As the services and the proxy saw it; undefined where a certificate let nothing through to count. */
function countTries(
  { mishap }: FaultCase,
  target: Target,
  { world, way, hostOf }: Stage,
  { requests }: TaskRun,
  before: number,
): number | undefined {
  if (mishap.at === 'request') return requests.filter((each) => isTarget(target, each)).length;
  if (way === 'direct') return undefined;
  return world.proxy.connects.slice(before).filter(({ host }) => host === hostOf(target.service))
    .length;
}
