import type { Scenario, TaskRun } from '../e2e/support/run-task.ts';
import { runAll } from '../e2e/support/run-all.ts';
import { runTask } from '../e2e/support/run-task.ts';
import type { Failure } from './failures/failure.ts';
import { startWorld, type World } from './world.ts';

/** What became of a failure that was provoked. */
export interface FailureRun {
  readonly failure: Failure;
  readonly run: TaskRun;
  /** Closed, but it still knows what was requested and issued. */
  readonly world: World;
}

/** Most of a failing step's time is waiting, so many fit side by side. */
const sideBySide = 8;

/**
 * Provokes failures, each in a world of its own, several at a time. The runs come in the order of the
 * failures, each as soon as it is there.
 */
export function runFailures(
  failures: readonly Failure[],
  options: Pick<Scenario, 'node' | 'debug'> = {},
): readonly Promise<FailureRun>[] {
  return runAll(
    Array.from({ length: sideBySide }),
    failures.map((failure) => async () => runFailure(failure, options)),
  );
}

async function runFailure(
  failure: Failure,
  options: Pick<Scenario, 'node' | 'debug'>,
): Promise<FailureRun> {
  const world = await startWorld();
  try {
    const scenario = await failure.provoke(world);
    return { failure, world, run: await runTask(world, { ...options, ...scenario }) };
  } finally {
    await world.close();
  }
}
