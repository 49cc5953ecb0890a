import { dirname } from 'node:path';
import type { Step } from '../agent/steps.ts';
import { ignore, readKeys, refuse } from './keys.ts';
import type { GivenParameters } from './parameters.ts';
import type { PipelineJob, PipelineStage, Scope } from './pipeline.ts';
import { readNames, readPool } from './job-fields.ts';
import { readJobs } from './read-job.ts';
import { readResources } from './read-resources.ts';
import { readSteps } from './read-steps.ts';
import { withVariables } from './read-variables.ts';
import { readYaml } from './read-yaml.ts';
import { isTemplate, readTemplate, readTemplateOf } from './template.ts';
import type { YamlValue } from './yaml-value.ts';

type UnorderedStage = Omit<PipelineStage, 'dependsOn'> & { dependsOn?: readonly string[] };

/**
 * Reads a pipeline file, with values for its own parameters. What is not supported, not known or not right is an
 * error that names it and its place.
 */
export function readPipeline(
  path: string,
  parameters: GivenParameters = new Map(),
): PipelineStage[] {
  const scope = { root: dirname(path), repositories: new Map(), variables: [] };
  return readRoot(readYaml(path, { parameters }), scope);
}

function readRoot(root: YamlValue, outer: Scope): PipelineStage[] {
  // Variables come first: everything below takes them over, wherever they stand in the file.
  const scope = withResources(root, withVariables(root, outer));
  let stages: PipelineStage[] | undefined;
  readKeys(root, 'a pipeline', {
    // What says when and where a run starts, or shows it: true for every run here.
    ...ignore('name', 'trigger', 'pr', 'schedules', 'appendCommitMessageToRunName', 'lockBehavior'),
    // Steps of a container job run on the machine itself here: there may be no Docker.
    ...ignore('container', 'variables', 'resources'),
    pool: readPool,
    ...refuse('services', 'workspace'),
    steps: (value) => {
      stages = [implicitStage([implicitJob(readSteps(value, scope), scope)])];
    },
    jobs: (value) => {
      stages = [implicitStage(readJobs(value, scope))];
    },
    stages: (value) => {
      stages = inSequence(readStages(value, scope));
    },
    extends: (value) => {
      stages = readRoot(readTemplate(value, scope, 'extends'), scope);
    },
  });
  if (stages === undefined) throw root.error('There are no steps, jobs or stages.');
  return stages;
}

function withResources(root: YamlValue, scope: Scope): Scope {
  const declared = root.entries().find(([key]) => key === 'resources')?.[1];
  if (declared === undefined) return scope;
  return { ...scope, repositories: new Map([...scope.repositories, ...readResources(declared)]) };
}

const implicitStage = (jobs: readonly PipelineJob[]): PipelineStage => ({
  name: '__default',
  dependsOn: [],
  jobs,
});

const implicitJob = (steps: readonly Step[], { variables }: Scope): PipelineJob => ({
  name: 'Job',
  dependsOn: [],
  variables,
  steps,
});

/** A stage without `dependsOn` depends on the one before it; jobs without it depend on none. */
function inSequence(stages: readonly UnorderedStage[]): PipelineStage[] {
  return stages.map((stage, index) => {
    const before = stages[index - 1];
    const dependsOn = stage.dependsOn ?? (before === undefined ? [] : [before.name]);
    return { ...stage, dependsOn };
  });
}

function readStages(node: YamlValue, scope: Scope): UnorderedStage[] {
  return node.items().flatMap((item) => {
    if (isTemplate(item)) return readTemplateOf(item, scope, 'stages', readStages);
    return [readStage(item, scope)];
  });
}

function readStage(node: YamlValue, outer: Scope): UnorderedStage {
  const scope = withVariables(node, outer);
  const stage: { name?: string; dependsOn?: string[]; condition?: string; jobs?: PipelineJob[] } =
    {};
  readKeys(node, 'a stage', {
    ...ignore('displayName', 'variables', 'lockBehavior', 'isSkippable', 'templateContext'),
    ...refuse('trigger'),
    pool: readPool,
    stage: (value) => {
      stage.name = value.text();
    },
    dependsOn: (value) => {
      stage.dependsOn = readNames(value);
    },
    condition: (value) => {
      stage.condition = value.text();
    },
    jobs: (value) => {
      stage.jobs = readJobs(value, scope);
    },
  });
  const { name, jobs } = stage;
  if (name === undefined || jobs === undefined) throw node.error('A stage needs a name and jobs.');
  return { ...stage, name, jobs };
}
