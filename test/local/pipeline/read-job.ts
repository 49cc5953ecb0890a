import type { Step } from '../agent/steps.ts';
import { commonKeys, type JobFields, type JobGroup } from './job-fields.ts';
import { readKeys } from './keys.ts';
import type { PipelineJob, Scope } from './pipeline.ts';
import { readDeployment } from './read-deployment.ts';
import { readMatrix, type MatrixLeg } from './read-matrix.ts';
import { readSteps } from './read-steps.ts';
import { withVariables } from './read-variables.ts';
import { isTemplate, readTemplateOf } from './template.ts';
import type { YamlValue } from './yaml-value.ts';

/** Reads a list of jobs and deployments, templates put in. */
export function readJobs(node: YamlValue, scope: Scope): PipelineJob[] {
  const groups = readGroups(node, scope);
  const known = new Map(groups.map(({ name, waitsFor }) => [name, waitsFor]));
  return groups.flatMap(({ jobs }) =>
    jobs.map((job) => ({
      ...job,
      dependsOn: job.dependsOn.flatMap((name) => known.get(name) ?? [name]),
    })),
  );
}

function readGroups(node: YamlValue, scope: Scope): JobGroup[] {
  return node.items().flatMap((item) => {
    if (isTemplate(item)) return readTemplateOf(item, scope, 'jobs', readGroups);
    const isDeployment = item.entries().some(([key]) => key === 'deployment');
    return [isDeployment ? readDeployment(item, scope) : readJob(item, scope)];
  });
}

function readJob(node: YamlValue, outer: Scope): JobGroup {
  const scope = withVariables(node, outer);
  const fields: JobFields & { steps?: Step[]; matrix?: MatrixLeg[] } = {};
  readKeys(node, 'a job', {
    ...commonKeys(fields),
    job: (value) => {
      fields.name = value.text();
    },
    strategy: (value) => {
      fields.matrix = readMatrix(value);
    },
    steps: (value) => {
      fields.steps = readSteps(value, scope);
    },
  });
  const { name, steps, dependsOn = [], condition, matrix } = fields;
  if (name === undefined || steps === undefined) throw node.error('A job needs a name and steps.');
  const job = { ...(condition === undefined ? {} : { condition }), steps, dependsOn };
  const jobs =
    matrix === undefined
      ? [{ ...job, name, variables: scope.variables }]
      : matrix.map((leg) => ({
          ...job,
          name: `${name}_${leg.name}`,
          variables: [...scope.variables, ...leg.variables],
        }));
  return { name, jobs, waitsFor: jobs.map((each) => each.name) };
}
