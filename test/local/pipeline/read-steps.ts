import type { StepTarget } from '../agent/restrictions.ts';
import { scriptKinds, type Step } from '../agent/steps.ts';
import { suggest } from '../closest.ts';
import { ignore, readKeys, refuse, unsupported, type Keys } from './keys.ts';
import type { Scope } from './pipeline.ts';
import { isTemplate, readTemplateOf } from './template.ts';
import type { YamlValue } from './yaml-value.ts';

/** Reads a list of steps, templates put in. */
export function readSteps(node: YamlValue, scope: Scope): Step[] {
  return node.items().flatMap((item) => {
    const keys = new Set(item.entries().map(([key]) => key));
    if (isTemplate(item)) return readTemplateOf(item, scope, 'steps', readSteps);
    if (keys.has('checkout')) return readCheckout(item, scope);
    if (keys.has('download')) return readDownload(item);
    return [readStep(item)];
  });
}

function readCheckout(item: YamlValue, { repositories }: Scope): Step[] {
  const steps: Step[] = [];
  const fields: { displayName?: string; condition?: string } = {};
  readKeys(item, 'a checkout step', {
    displayName: (value) => {
      fields.displayName = value.text();
    },
    condition: (value) => {
      fields.condition = value.text();
    },
    persistCredentials: (value, key) => {
      if (value.boolean()) throw unsupported(key, "'persistCredentials: true'");
    },
    ...ignore('clean', 'fetchDepth', 'fetchTags', 'fetchFilter', 'retryCountOnTaskFailure'),
    ...refuse('lfs', 'submodules', 'path', 'sparseCheckoutDirectories', 'sparseCheckoutPatterns'),
    ...refuse('workspaceRepo', 'env'),
    checkout: (value) => {
      // The pipeline's own repository is there already, if it has one here.
      if (['none', 'self'].includes(value.text())) return;
      const repository = repositories.get(value.text());
      if (repository === undefined) {
        const known = ['none', 'self', ...repositories.keys()];
        throw value.error(
          `There is no repository '${value.text()}' in resources.${suggest(value.text(), known)} Known here: ${known.join(', ')}.`,
        );
      }
      steps.push({ kind: 'checkout', repository });
    },
  });
  return steps.map((step) => ({ ...step, ...fields }));
}

function readDownload(item: YamlValue): Step[] {
  readKeys(item, 'a download step', {
    ...ignore('displayName', 'condition', 'artifact', 'patterns'),
    download: (value) => {
      // Common in deployment jobs, which download every artifact otherwise.
      if (value.text() !== 'none') throw unsupported(value, `'download: ${value.text()}'`);
    },
  });
  return [];
}

function readStep(item: YamlValue): Step {
  const step: Record<string, unknown> = {};
  const set = (key: string, read: (value: YamlValue) => unknown): Keys => ({
    [key]: (value) => {
      step[key] = read(value);
    },
  });
  const kind = (key: Step['kind'], field: string): Keys => ({
    [key]: (value) => {
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
          ...Object.assign({}, ...scriptKinds.map((key) => kind(key, 'script'))),
          ...set('workingDirectory', (value) => value.text()),
          ...refuse('failOnStderr', 'errorActionPreference', 'warningPreference'),
          ...refuse('ignoreLASTEXITCODE', 'informationPreference', 'verbosePreference'),
          ...refuse('publish', 'downloadBuild', 'getPackage', 'reviewApp'),
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
  if (step['kind'] === undefined) {
    throw item.error(`A step needs task, ${scriptKinds.join(', ')}, checkout or template.`);
  }
  return step as unknown as Step;
}

function readTarget(node: YamlValue): StepTarget {
  const target: { commands?: 'any' | 'restricted'; settableVariables?: 'none' | string[] } = {};
  if (node.kind === 'scalar') {
    // The machine itself, where every step runs here.
    if (node.text() === 'host') return target;
    throw unsupported(node, `a container: '${node.text()}'`);
  }
  readKeys(node, 'a target', {
    ...refuse('container'),
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
