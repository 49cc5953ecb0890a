import type { AgentOptions, JobOptions } from '../../local/agent/options.ts';
import type { StepTarget } from '../../local/agent/restrictions.ts';
import type { Step } from '../../local/agent/steps.ts';
import type { JobVerdict, StepVerdict } from '../../local/agent/verdict.ts';
import type { RecordedRequest } from '../../local/contract.ts';
import type { World } from '../../local/world.ts';
import { runJob } from '../../local/agent/agent.ts';
import { localVsix } from '../../local/local-package.ts';

/** The package that the test run made (test/setup.ts). */
export const vsix = localVsix;

/** How a scenario differs from the good day. */
export interface Scenario extends Omit<AgentOptions, 'world' | 'vsix'>, Omit<JobOptions, 'steps'> {
  /** `EntraToken@1` when absent. */
  readonly task?: 'EntraToken@1' | 'EntraSignIn@1';
  /** Name of the connection in the world; `contoso-azure` when absent. */
  readonly connection?: string;
  /** Inputs beside the connection. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Reference name of the step; `token` when absent. */
  readonly name?: string;
  /** What the pipeline allows the step to do. */
  readonly target?: StepTarget;
  /** Steps after the task. */
  readonly followedBy?: readonly Step[];
}

/** What a run of the packaged task did. */
export interface TaskRun {
  readonly job: JobVerdict;
  readonly step: StepVerdict;
  /** HTTPS requests of this run, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Code of the error with which the step ended; undefined when it did not fail. */
  readonly code: string | undefined;
}

/** Runs the task out of the package as its own process, in a job of its own. */
export async function runTask(world: World, scenario: Scenario = {}): Promise<TaskRun> {
  const {
    task = 'EntraToken@1',
    connection = 'contoso-azure',
    inputs = {},
    name = 'token',
    target,
    followedBy = [],
    ...options
  } = scenario;
  const type = world.connections.find((known) => known.name === connection)?.type;
  const connectionInputs =
    type === 'WorkloadIdentityUser'
      ? { connectionType: 'azureDevOps', azureDevOpsServiceConnection: connection }
      : { azureSubscription: connection };
  const before = world.requests.length;
  const job = await runJob({
    ...options,
    vsix: [vsix],
    world,
    steps: [
      {
        kind: 'task',
        task,
        name,
        inputs: { ...connectionInputs, ...inputs },
        ...(target === undefined ? {} : { target }),
      },
      ...followedBy,
    ],
  });
  const [step] = job.steps;
  if (step === undefined) throw new Error('The job ran no step.');
  return {
    job,
    step,
    requests: world.requests.slice(before),
    code: step.completeMessages.at(-1) || undefined,
  };
}
