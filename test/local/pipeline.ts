import { dirname } from 'node:path';
import type { StepTarget } from './agent/restrictions.ts';
import type { Step } from './agent/steps.ts';
import type { JobVariable } from './agent/variables.ts';
import { readYaml, resolveTemplate, type YamlValue } from './yaml-file.ts';

/** A job of a pipeline file. */
export interface PipelineJob {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  /** Of the pipeline, the stage and the job; runtime expressions not evaluated. */
  readonly variables: readonly JobVariable[];
  readonly steps: readonly Step[];
}

/** A stage of a pipeline file; one without a name where the file has none. */
export interface PipelineStage {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly jobs: readonly PipelineJob[];
}

/** Handles the value of one key of a map. */
type Keys = Readonly<Record<string, (value: YamlValue) => void>>;

interface Scope {
  /** Folder that a template's path with a leading `/` starts from. */
  readonly root: string;
  readonly variables: readonly JobVariable[];
}

/** What says when and where a run starts, or shows it: true for every run here, so it is read over. */
const withoutEffect = [
  'name',
  'trigger',
  'pr',
  'schedules',
  'pool',
  // Steps of a container job run on the machine itself here: there may be no Docker.
  'container',
  'appendCommitMessageToRunName',
];

/** Reads a pipeline file. A key that is not supported is an error that names it and its place. */
export function readPipeline(path: string): PipelineStage[] {
  const scope = { root: dirname(path), variables: [] };
  return readStages(readYaml(path), scope);
}

function readStages(root: YamlValue, outer: Scope): PipelineStage[] {
  // Variables come first: everything below takes them over, wherever they stand in the file.
  const scope = withVariables(root, outer);
  let stages: PipelineStage[] | undefined;
  readKeys(root, 'a pipeline', {
    ...ignore([...withoutEffect, 'variables', 'parameters']),
    steps: (value) => {
      stages = [implicitStage([implicitJob(readSteps(value, scope), scope)])];
    },
    jobs: (value) => {
      stages = [implicitStage(value.items().map((job) => readJob(job, scope)))];
    },
    stages: (value) => {
      stages = inSequence(value.items().map((stage) => readStage(stage, scope)));
    },
    extends: (value) => {
      stages = readStages(readTemplate(value, scope, 'extends'), scope);
    },
  });
  if (stages === undefined) throw root.error('There are no steps, jobs or stages.');
  return stages;
}

function implicitStage(jobs: readonly PipelineJob[]): PipelineStage {
  return { name: '__default', dependsOn: [], jobs };
}

function implicitJob(steps: readonly Step[], { variables }: Scope): PipelineJob {
  return { name: 'Job', dependsOn: [], variables, steps };
}

/** A stage without `dependsOn` depends on the one before it; jobs without it depend on none. */
function inSequence(
  stages: readonly (Omit<PipelineStage, 'dependsOn'> & {
    readonly dependsOn?: readonly string[];
  })[],
): PipelineStage[] {
  return stages.map((stage, index) => {
    const before = stages[index - 1];
    const dependsOn = stage.dependsOn ?? (before === undefined ? [] : [before.name]);
    return { ...stage, dependsOn };
  });
}

function readStage(
  node: YamlValue,
  outer: Scope,
): Omit<PipelineStage, 'dependsOn'> & { dependsOn?: readonly string[] } {
  const scope = withVariables(node, outer);
  const stage: { name?: string; dependsOn?: string[]; condition?: string; jobs?: PipelineJob[] } =
    {};
  readKeys(node, 'a stage', {
    ...ignore(['displayName', 'pool', 'variables']),
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
      stage.jobs = value.items().map((job) => readJob(job, scope));
    },
  });
  const { name, jobs } = stage;
  if (name === undefined || jobs === undefined) throw node.error('A stage needs a name and jobs.');
  return { ...stage, name, jobs };
}

function readJob(node: YamlValue, outer: Scope): PipelineJob {
  const scope = withVariables(node, outer);
  const job: { name?: string; dependsOn?: string[]; condition?: string; steps?: Step[] } = {};
  readKeys(node, 'a job', {
    ...ignore(['displayName', 'pool', 'container', 'variables']),
    job: (value) => {
      job.name = value.text();
    },
    dependsOn: (value) => {
      job.dependsOn = readNames(value);
    },
    condition: (value) => {
      job.condition = value.text();
    },
    steps: (value) => {
      job.steps = readSteps(value, scope);
    },
  });
  const { name, steps, dependsOn = [] } = job;
  if (name === undefined || steps === undefined) throw node.error('A job needs a name and steps.');
  return { ...job, name, steps, dependsOn, variables: scope.variables };
}

function readSteps(node: YamlValue, scope: Scope): Step[] {
  return node.items().flatMap((item) => {
    const keys = new Set(item.entries().map(([key]) => key));
    if (keys.has('template')) return readStepsTemplate(item, scope);
    // There is no repository to check out; saying that there shall be none is common.
    if (keys.has('checkout')) return readCheckout(item);
    return [readStep(item)];
  });
}

function readCheckout(item: YamlValue): Step[] {
  readKeys(item, 'a checkout step', {
    ...ignore(['displayName', 'persistCredentials', 'fetchDepth', 'clean']),
    checkout: (value) => {
      if (!['none', 'self'].includes(value.text())) {
        throw value.error('Only `checkout: none` and `checkout: self` are supported here.');
      }
    },
  });
  return [];
}

function readStepsTemplate(item: YamlValue, scope: Scope): Step[] {
  const root = readTemplate(item, scope, 'a template step');
  let steps: Step[] | undefined;
  readKeys(root, 'a steps template', {
    ...ignore(['parameters']),
    steps: (value) => {
      steps = readSteps(value, scope);
    },
  });
  if (steps === undefined) throw root.error('A steps template needs steps.');
  return steps;
}

function readTemplate(node: YamlValue, { root }: Scope, what: string): YamlValue {
  let path: string | undefined;
  let parameters = new Map<string, YamlValue>();
  readKeys(node, what, {
    template: (value) => {
      path = resolveTemplate(value, root);
    },
    parameters: (value) => {
      parameters = new Map(value.entries().map(([key, given]) => [key.toLowerCase(), given]));
    },
  });
  if (path === undefined) throw node.error(`${what} needs a template.`);
  return readYaml(path, parameters, node);
}

function readStep(item: YamlValue): Step {
  const step: Record<string, unknown> = {};
  const set = (key: string, read: (value: YamlValue) => unknown) => ({
    [key]: (value: YamlValue): void => {
      step[key] = read(value);
    },
  });
  const kind = (key: Step['kind'], field: string) => ({
    [key]: (value: YamlValue): void => {
      if (step['kind'] !== undefined) throw value.error('A step is either a task or a script.');
      step['kind'] = key;
      step[field] = value.text();
    },
  });
  const isTask = item.entries().some(([key]) => key === 'task');
  readKeys(item, isTask ? 'a task step' : 'a script step', {
    ...(isTask
      ? { ...kind('task', 'task'), ...set('inputs', (value) => value.texts()) }
      : {
          ...kind('script', 'script'),
          ...kind('bash', 'script'),
          ...set('workingDirectory', (value) => value.text()),
        }),
    ...set('name', (value) => value.text()),
    ...set('displayName', (value) => value.text()),
    ...set('condition', (value) => value.text()),
    ...set('continueOnError', (value) => value.boolean()),
    ...set('enabled', (value) => value.boolean()),
    ...set('timeoutInMinutes', (value) => value.number()),
    ...set('retryCountOnTaskFailure', (value) => value.number()),
    ...set('env', (value) => value.texts()),
    ...set('target', readTarget),
  });
  if (step['kind'] === undefined) throw item.error('A step needs task, script, bash or template.');
  return step as unknown as Step;
}

function readTarget(node: YamlValue): StepTarget {
  const target: { commands?: 'any' | 'restricted'; settableVariables?: 'none' | string[] } = {};
  readKeys(node, 'a target', {
    commands: (value) => {
      const mode = value.text();
      if (mode !== 'any' && mode !== 'restricted') {
        throw value.error(`'any' or 'restricted' is expected: ${mode}`);
      }
      target.commands = mode;
    },
    settableVariables: (value) => {
      if (value.kind === 'list') {
        target.settableVariables = value.items().map((name) => name.text());
      } else if (value.text() === 'none') target.settableVariables = 'none';
      else throw value.error(`'none' or a list is expected: ${value.text()}`);
    },
  });
  return target;
}

function withVariables(node: YamlValue, scope: Scope): Scope {
  const declared = node.entries().find(([key]) => key === 'variables')?.[1];
  if (declared === undefined) return scope;
  const own = declared.kind === 'map' ? readVariableMap(declared) : readVariableList(declared);
  return { ...scope, variables: [...scope.variables, ...own] };
}

function readVariableMap(node: YamlValue): JobVariable[] {
  return Object.entries(node.texts()).map(([name, value]) => ({ name, value }));
}

function readVariableList(node: YamlValue): JobVariable[] {
  return node.items().map((item) => {
    const variable: { name?: string; value?: string; readOnly?: boolean } = {};
    readKeys(item, 'a variable', {
      name: (value) => {
        variable.name = value.text();
      },
      value: (value) => {
        variable.value = value.text();
      },
      readonly: (value) => {
        variable.readOnly = value.boolean();
      },
    });
    const { name, value = '' } = variable;
    if (name === undefined) throw item.error('A variable needs a name.');
    return { ...variable, name, value };
  });
}

function readNames(node: YamlValue): string[] {
  if (node.kind === 'list') return node.items().map((item) => item.text());
  return node.text() === '' ? [] : [node.text()];
}

function ignore(keys: readonly string[]): Keys {
  return Object.fromEntries(keys.map((key) => [key, () => undefined]));
}

function readKeys(node: YamlValue, what: string, keys: Keys): void {
  const seen = new Set<string>();
  for (const [key, value, place] of node.entries()) {
    if (!Object.hasOwn(keys, key)) {
      throw place.error(
        `Unknown key '${key}' in ${what}. Known here: ${Object.keys(keys).join(', ')}.`,
      );
    }
    if (seen.has(key)) throw place.error(`The key '${key}' stands twice in ${what}.`);
    seen.add(key);
    keys[key]?.(value);
  }
}
