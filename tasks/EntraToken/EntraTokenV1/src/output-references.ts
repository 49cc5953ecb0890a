/** Where a step runs, as its job says it. */
export interface StepPlace {
  /** `build` for YAML pipelines; in a classic release there is no way to another job. */
  readonly hostType: string | undefined;
  /** `__default` in a pipeline without stages. */
  readonly stage: string | undefined;
  /** The name after `job:` or `deployment:`. */
  readonly phase: string | undefined;
  /** `__default`, or the name of a matrix leg. */
  readonly job: string | undefined;
  /** The name of the step, or what Azure Pipelines made up. */
  readonly step: string | undefined;
  /** Set in a deployment job only: its environment, and the resource in it, if it names one. */
  readonly environment: string | undefined;
  readonly resource: string | undefined;
  /** `runOnce`, `rolling` or `canary` in a deployment job. */
  readonly strategy: string | undefined;
}

/** Reads the place out of the job's variables. */
export function readStepPlace(readVariable: (name: string) => string | undefined): StepPlace {
  return {
    hostType: readVariable('System.HostType'),
    stage: readVariable('System.StageName'),
    phase: readVariable('System.PhaseName'),
    job: readVariable('System.JobName'),
    step: readVariable('System.TaskInstanceName'),
    environment: readVariable('Environment.Name'),
    resource: readVariable('Environment.ResourceName'),
    strategy: readVariable('Strategy.Name'),
  };
}

const noStage = '__default';

/**
 * The lines with the expressions by which later jobs read an output variable of this very step
 * (learn.microsoft.com/azure/devops/pipelines/process/set-variables-scripts, "Set an output variable for use in future
 * jobs"; for deployment jobs process/deployment-jobs, "Support for output variables"). None where there is no way.
 */
export function toOutputReferences(place: StepPlace, variable: string): readonly string[] {
  const { hostType, stage, phase, step } = place;
  if (hostType !== 'build' || phase === undefined || step === undefined) return [];
  const output = toOutputKey(place, phase, step, variable);
  if (output === undefined) {
    return [
      `For later jobs, the expression depends on the lifecycle hook of the strategy ${place.strategy ?? ''}; the page linked in the README has the table.`,
    ];
  }
  const lines = [
    `In a later job of this stage, with dependsOn: ${phase}, the variable is $[ dependencies.${phase}.outputs['${output}'] ]`,
  ];
  if (stage === undefined || stage === noStage) return lines;
  return [
    ...lines,
    `In a job of a later stage, with the stage's dependsOn: ${stage}, it is $[ stageDependencies.${stage}.${phase}.outputs['${output}'] ]`,
  ];
}

function toOutputKey(
  { job, environment, resource, strategy }: StepPlace,
  phase: string,
  step: string,
  variable: string,
): string | undefined {
  if (environment !== undefined) {
    if (strategy !== undefined && strategy.toLowerCase() !== 'runonce') return undefined;
    return resource === undefined
      ? `${phase}.${step}.${variable}`
      : `Deploy_${resource}.${step}.${variable}`;
  }
  const leg = job === undefined || job === noStage || job === phase ? '' : `${job}.`;
  return `${leg}${step}.${variable}`;
}

/**
 * A warning where the step has no name of its own: Azure Pipelines makes one up from the task's, which changes when
 * another step is added before it.
 */
export function toNameWarning({ hostType, step }: StepPlace): string | undefined {
  if (hostType !== 'build' || step === undefined || !/^EntraToken\d*$/.test(step)) return undefined;
  return `This step sets an output variable and has no name of its own; Azure Pipelines calls it ${step}, which can change when steps are added. Add a line such as "name: token" to the step, and use that name in the expressions.`;
}
