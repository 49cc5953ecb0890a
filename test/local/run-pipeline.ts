import { startAgent, type LocalAgent } from './agent/agent.ts';
import { parseCondition } from './agent/condition.ts';
import type { AgentOptions, JobOptions } from './agent/options.ts';
import type { TaskResult } from './agent/results.ts';
import type { JobVariable } from './agent/variables.ts';
import type { JobVerdict } from './agent/verdict.ts';
import { evaluate } from './expressions/evaluate.ts';
import { toText, type Value } from './expressions/value.ts';
import type { GivenParameters } from './pipeline/parameters.ts';
import type { PipelineJob, PipelineStage } from './pipeline/pipeline.ts';
import { readPipeline } from './pipeline/read-pipeline.ts';
import { QueueError } from './queue.ts';

/** What became of one job of a pipeline. */
export interface PipelineJobVerdict {
  readonly stage: string;
  readonly job: string;
  readonly result: TaskResult;
  /** Undefined when the job was skipped. */
  readonly verdict?: JobVerdict;
}

/** What became of a pipeline. */
export interface PipelineVerdict {
  readonly result: TaskResult;
  readonly jobs: readonly PipelineJobVerdict[];
}

/** The agent for a pipeline, and what stops it. */
export interface PipelineOptions extends AgentOptions {
  /** Aborted: the running job is canceled, and those after it do not start. */
  readonly cancel?: AbortSignal;
  /** Values for the pipeline's own parameters. */
  readonly parameters?: GivenParameters;
}

/** Runs a pipeline file: everything is checked first, then the jobs run one after the other. */
export async function runPipeline(
  path: string,
  options: PipelineOptions,
): Promise<PipelineVerdict> {
  const stages = readPipeline(path, options.parameters);
  checkDependencies(stages);
  const agent = await startAgent(options);
  try {
    const references = queueAll(stages, agent);
    return await runStages(stages, agent, references, options);
  } finally {
    await agent.close();
  }
}

/** Queues every job, so that a fault in the last one stops the first. Returns each stage's connections. */
function queueAll(
  stages: readonly PipelineStage[],
  agent: LocalAgent,
): ReadonlyMap<string, readonly string[]> {
  const problems: string[] = [];
  const references = new Map<string, readonly string[]>();
  for (const { name: stage, jobs } of stages) {
    const ids: string[] = [];
    for (const job of jobs) {
      try {
        for (const variable of job.variables)
          evaluateVariable(variable, { needed: [], earlier: [] });
        ids.push(...agent.queueJob(toJobOptions(stage, job, job.variables)).referencedConnections);
      } catch (error) {
        if (!(error instanceof QueueError)) throw error;
        problems.push(...error.problems);
      }
    }
    references.set(stage, ids);
  }
  if (problems.length > 0) throw new QueueError(problems);
  return references;
}

function checkDependencies(stages: readonly PipelineStage[]): void {
  const problems = [
    ...findUnknown('Stage', stages),
    ...stages.flatMap(({ jobs }) => findUnknown('Job', jobs)),
  ];
  if (problems.length > 0) throw new QueueError(problems);
}

/** Jobs run in the order of the file, so a dependency must stand before. */
function findUnknown(
  what: string,
  all: readonly { readonly name: string; readonly dependsOn: readonly string[] }[],
): string[] {
  const before = new Set<string>();
  return all.flatMap(({ name, dependsOn }) => {
    const unknown = dependsOn.filter((other) => !before.has(other));
    const twice = before.has(name);
    before.add(name);
    return [
      ...unknown.map(
        (other) => `${what} ${name} depends on ${other}, which does not stand before.`,
      ),
      ...(twice ? [`${what} ${name} stands twice in the pipeline.`] : []),
    ];
  });
}

async function runStages(
  stages: readonly PipelineStage[],
  agent: LocalAgent,
  references: ReadonlyMap<string, readonly string[]>,
  { log, cancel }: PipelineOptions,
): Promise<PipelineVerdict> {
  const done: PipelineJobVerdict[] = [];
  for (const stage of stages) {
    const earlier = done.filter((job) => stage.dependsOn.includes(job.stage));
    const stageRuns = parseCondition(stage.condition)({
      status: worst(earlier),
      dependencies: describeStages(earlier),
    });
    for (const job of stage.jobs) {
      const needed = done.filter(
        (other) => other.stage === stage.name && job.dependsOn.includes(other.job),
      );
      const place = { stage: stage.name, job: job.name };
      const jobRuns = parseCondition(job.condition)({
        status: worst(needed),
        variables: Object.fromEntries(job.variables.map(({ name, value }) => [name, value])),
        dependencies: describeJobs(needed),
      });
      if (!stageRuns || !jobRuns || cancel?.aborted === true) {
        done.push({ ...place, result: 'Skipped' });
        log?.(`##[section]Skipped: ${job.name}`);
        continue;
      }
      const variables = job.variables.map((variable) =>
        evaluateVariable(variable, { needed, earlier }),
      );
      const verdict = await agent.runJob({
        ...toJobOptions(stage.name, job, variables),
        referencedConnections: references.get(stage.name) ?? [],
        ...(cancel === undefined ? {} : { cancel }),
      });
      done.push({ ...place, result: verdict.result, verdict });
    }
  }
  return { result: worst(done.filter(({ result }) => result !== 'Skipped')), jobs: done };
}

function toJobOptions(
  stage: string,
  { name, steps }: PipelineJob,
  variables: readonly JobVariable[],
): JobOptions {
  return { stage, name, steps, variables };
}

/** What a condition judges: one that failed or was skipped is enough for `succeeded()` to be false. */
function worst(jobs: readonly { readonly result: TaskResult }[]): TaskResult {
  const results = new Set(jobs.map(({ result }) => result));
  const order: readonly TaskResult[] = ['Canceled', 'Failed', 'Skipped', 'SucceededWithIssues'];
  return order.find((result) => results.has(result)) ?? 'Succeeded';
}

/** What a stage's condition sees of the stages that it depends on. */
function describeStages(jobs: readonly PipelineJobVerdict[]): Record<string, Value> {
  const stages = new Set(jobs.map(({ stage }) => stage));
  return Object.fromEntries(
    [...stages].map((name) => [
      name,
      { result: worst(jobs.filter(({ stage }) => stage === name)) },
    ]),
  );
}

/** What an expression sees of jobs: how each went, and what it gave out. */
function describeJobs(jobs: readonly PipelineJobVerdict[]): Record<string, Value> {
  return Object.fromEntries(
    jobs.map(({ job, result, verdict }) => [
      job,
      {
        result,
        outputs: Object.fromEntries(
          [...(verdict?.outputVariables ?? [])].map(([name, { value }]) => [name, value]),
        ),
      },
    ]),
  );
}

/** The expression of a variable that is a runtime one, `$[ ]`; undefined for a plain value. */
function readRuntimeExpression(value: string): string | undefined {
  return /^\s*\$\[(.*)\]\s*$/s.exec(value)?.[1];
}

/** Evaluates a runtime expression; throws a {@link QueueError} that names the variable. */
function evaluateExpression(
  { name, value }: JobVariable,
  expression: string,
  names: Readonly<Record<string, Value>>,
): string {
  try {
    return toText(evaluate(expression, { names }));
  } catch (error) {
    throw new QueueError([`The variable ${name}: ${value}: ${(error as Error).message}`]);
  }
}

/** Jobs that a job can ask about. */
interface Known {
  /** Those of its stage that it depends on. */
  readonly needed: readonly PipelineJobVerdict[];
  /** Those of the stages that its stage depends on. */
  readonly earlier: readonly PipelineJobVerdict[];
}

/** An output of a job that this one does not depend on is empty, as in the service; a secret stays one. */
function evaluateVariable(variable: JobVariable, { needed, earlier }: Known): JobVariable {
  const expression = readRuntimeExpression(variable.value);
  if (expression === undefined) return variable;
  const stages = new Set(earlier.map(({ stage }) => stage));
  const value = evaluateExpression(variable, expression, {
    dependencies: describeJobs(needed),
    stageDependencies: Object.fromEntries(
      [...stages].map((stage) => [
        stage,
        describeJobs(earlier.filter((job) => job.stage === stage)),
      ]),
    ),
  });
  const secrets = [...needed, ...earlier].flatMap(({ verdict }) =>
    [...(verdict?.outputVariables.values() ?? [])].filter(({ secret }) => secret),
  );
  const secret = secrets.some((output) => output.value !== '' && value.includes(output.value));
  return { ...variable, value, secret };
}
