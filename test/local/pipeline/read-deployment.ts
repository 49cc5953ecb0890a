import type { Step } from '../agent/steps.ts';
import { readKeys, refuse, unsupported } from './keys.ts';
import type { PipelineJob, Scope } from './pipeline.ts';
import { commonKeys, readPool, type JobFields, type JobGroup } from './job-fields.ts';
import { readSteps } from './read-steps.ts';
import { withVariables } from './read-variables.ts';
import type { YamlValue } from './yaml-value.ts';

/** The hooks of a deployment that run one after the other, in this order. */
const hooks = ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic'] as const;

/** The steps of each hook that is there; those of `on` by `success` and `failure`. */
type Hooks = Map<(typeof hooks)[number] | 'success' | 'failure', Step[]>;

/**
 * Reads a deployment with the strategy `runOnce`. As in the service, each hook becomes a job of its own
 * (https://learn.microsoft.com/azure/devops/pipelines/process/deployment-jobs), named `<deployment>_<hook>`.
 */
export function readDeployment(node: YamlValue, outer: Scope): JobGroup {
  const scope = withVariables(node, outer);
  const fields: JobFields & { environment?: string; hooks?: Hooks } = {};
  readKeys(node, 'a deployment', {
    ...commonKeys(fields),
    deployment: (value) => {
      fields.name = value.text();
    },
    environment: (value) => {
      fields.environment = readEnvironment(value);
    },
    strategy: (value) => {
      readKeys(value, 'a strategy', {
        ...refuse('rolling', 'canary'),
        runOnce: (once) => {
          fields.hooks = readHooks(once, scope);
        },
      });
    },
  });
  const { name, environment, hooks: own } = fields;
  if (name === undefined || own?.has('deploy') !== true) {
    throw node.error('A deployment needs a name, and strategy: runOnce: deploy: steps.');
  }
  const variables = [
    ...scope.variables,
    ...(environment === undefined ? [] : [{ name: 'Environment.Name', value: environment }]),
  ];
  const jobs = toJobs(name, own, fields, variables);
  const after = new Set([`${name}_success`, `${name}_failure`]);
  return {
    name,
    jobs,
    waitsFor: jobs.map((job) => job.name).filter((job) => !after.has(job)),
  };
}

function toJobs(
  name: string,
  own: Hooks,
  { dependsOn = [], condition }: JobFields,
  variables: PipelineJob['variables'],
): PipelineJob[] {
  const inOrder = hooks.filter((hook) => own.has(hook));
  const before: string[] = [];
  const jobs = inOrder.map((hook, index): PipelineJob => {
    const needed = index === 0 ? dependsOn : before.slice(-1);
    before.push(`${name}_${hook}`);
    return {
      name: `${name}_${hook}`,
      dependsOn: needed,
      ...(index === 0 && condition !== undefined ? { condition } : {}),
      variables,
      steps: own.get(hook) ?? [],
    };
  });
  for (const [hook, holds] of [
    ['success', 'succeeded()'],
    ['failure', 'failed()'],
  ] as const) {
    const steps = own.get(hook);
    if (steps === undefined) continue;
    jobs.push({
      name: `${name}_${hook}`,
      dependsOn: [...before],
      condition: holds,
      variables,
      steps,
    });
  }
  return jobs;
}

function readHooks(node: YamlValue, scope: Scope): Hooks {
  const own: Hooks = new Map();
  const read = (hook: string, value: YamlValue): void => {
    readKeys(value, `the hook ${hook}`, {
      pool: readPool,
      steps: (steps) => {
        own.set(hook as (typeof hooks)[number], readSteps(steps, scope));
      },
    });
  };
  readKeys(node, 'runOnce', {
    ...Object.fromEntries(hooks.map((hook) => [hook, (value: YamlValue) => read(hook, value)])),
    on: (value) => {
      readKeys(value, 'on', {
        success: (hook) => read('success', hook),
        failure: (hook) => read('failure', hook),
      });
    },
  });
  return own;
}

/** Its name. */
function readEnvironment(node: YamlValue): string {
  if (node.kind !== 'map') {
    if (node.text().includes('.')) throw unsupported(node, 'a resource of an environment');
    return node.text();
  }
  let name: string | undefined;
  readKeys(node, 'an environment', {
    ...refuse('resourceName', 'resourceId', 'resourceType', 'tags'),
    name: (value) => {
      name = value.text();
    },
  });
  if (name === undefined) throw node.error('An environment needs a name.');
  return name;
}
