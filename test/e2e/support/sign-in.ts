import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../../local/agent/steps.ts';
import type { StepVerdict } from '../../local/agent/verdict.ts';
import type { RecordedRequest } from '../../local/contract.ts';
import type { World } from '../../local/world.ts';
import { runTask, type Scenario, type TaskRun } from './run-task.ts';

/** What a test can see of a job that is signed in, while it runs. */
export interface Session {
  /** The environment of a script step. */
  readonly env: Readonly<Record<string, string>>;
  /** The session folder. */
  readonly folder: string;
  readonly port: number;
  readonly key: string;
  /** Process of the keeper. */
  readonly pid: number;
}

/** What a job did that signed in. */
export interface SignInRun extends TaskRun {
  readonly post: StepVerdict;
  /** Set when the job was held. */
  readonly session: Session | undefined;
}

/** A job of which a test can look at one moment. */
export interface SignInScenario extends Scenario {
  /** Called while a step after the sign-in waits for it. */
  readonly during?: (session: Session) => Promise<void>;
}

/** Runs EntraSignIn in a job of its own; a failed sign-in ends the job as it does in a pipeline. */
export async function runSignIn(world: World, scenario: SignInScenario = {}): Promise<SignInRun> {
  const { during, followedBy = [], ...options } = scenario;
  const hold = mkdtempSync(join(tmpdir(), 'sign-in-hold-'));
  try {
    const held = holdJob(hold);
    const running = runTask(world, {
      ...options,
      task: 'EntraSignIn@1',
      followedBy: [...(during === undefined ? [] : [held]), ...followedBy],
    });
    const over = new AbortController();
    void running.catch(() => undefined).finally(() => over.abort());
    let session: Session | undefined;
    let failure: unknown;
    if (during !== undefined) {
      while (!over.signal.aborted && !existsSync(join(hold, 'env'))) await sleep(10);
      if (!over.signal.aborted) {
        try {
          session = readSession(join(hold, 'env'));
          await during(session);
        } catch (error) {
          failure = error;
        }
      }
      writeFileSync(join(hold, 'release'), '');
    }
    const run = await running;
    if (failure !== undefined) throw failure as Error;
    // Whatever happens, the agent finds nothing to end.
    assert.deepEqual(run.job.orphans, []);
    const post = run.job.steps.find(
      ({ stage, name }) => stage === 'post' && name === run.step.name,
    );
    if (post === undefined) throw new Error('The job ran no post-job step.');
    return { ...run, post, session };
  } finally {
    rmSync(hold, { recursive: true, force: true });
  }
}

function holdJob(folder: string): Step {
  return {
    kind: 'bash',
    name: 'hold',
    script: `env -0 > '${folder}/draft' && mv '${folder}/draft' '${folder}/env'; while [ ! -e '${folder}/release' ]; do sleep 0.02; done`,
  };
}

function readSession(path: string): Session {
  const env = Object.fromEntries(
    readFileSync(path, 'utf8')
      .split('\0')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const equals = line.indexOf('=');
        return [line.slice(0, equals), line.slice(equals + 1)];
      }),
  );
  const bin = (env['PATH'] ?? '').split(':').find((folder) => folder.includes('entra-sign-in-'));
  const folder = dirname(bin ?? '');
  const endpoint = JSON.parse(readFileSync(join(folder, 'endpoint.json'), 'utf8')) as {
    port: number;
    key: string;
    pid: number;
  };
  return { env, folder, ...endpoint };
}

/** Whether a process is running. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended and that nobody has asked about is still listed.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The requests for an assertion so far: the step's own and the keeper's. */
export function assertionRequests(world: World): RecordedRequest[] {
  return world.requests.filter(({ path }) => path.includes('/oidctoken'));
}

/** Waits until something holds; throws after a time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not happen in time: ${what}.`);
    await sleep(10);
  }
}
