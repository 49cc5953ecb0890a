import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseAllDocuments, type Node, type YAMLMap } from 'yaml';
import { repository } from '../local/repository.ts';
import { listMaps, listYaml, listYamlFiles } from './shown-yaml.ts';

interface Input {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly type: string;
  readonly required?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, string>>;
}

/** A step as it is written, with the branches of `${{ if }}` laid open. */
interface Step {
  readonly task: string;
  readonly inputs: ReadonlyMap<string, string>;
}

const readInputs = (task: string): readonly Input[] => {
  const path = join(repository, 'tasks', task, `${task}V1`, 'task.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly inputs: readonly Input[] }).inputs;
};
const known: Readonly<Record<string, readonly Input[]>> = {
  EntraToken: readInputs('EntraToken'),
  EntraSignIn: readInputs('EntraSignIn'),
};
const ours = /^(EntraToken|EntraSignIn)(?:Preview)?@1$/;
const isExpression = (text: string): boolean => /\$\(|\$\{\{|\$\[/.test(text);

function parseSteps(yaml: string): readonly Step[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    assert.deepEqual(
      document.errors.map(({ message }) => message),
      [],
    );
    const content = document.contents as Node | null;
    return listMaps(content)
      .filter((map) => ours.test(toTask(map, content)))
      .map((map) => ({ task: toTask(map, content), inputs: toInputs(map.get('inputs', true)) }));
  });
}

/** The task of a step; a template parameter stands for its default. */
function toTask(step: YAMLMap, document: Node | null): string {
  const task = toText(step.get('task'));
  const [, parameter] = /^\$\{\{ *parameters\.(\w+) *\}\}$/.exec(task) ?? [];
  if (parameter === undefined || !isMap(document)) return task;
  const found = listMaps(document.get('parameters', true)).find(
    (map) => map.get('name') === parameter,
  );
  return toText(found?.get('default'));
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

function toInputs(node: unknown): ReadonlyMap<string, string> {
  if (node === undefined) return new Map();
  assert.ok(isMap(node), 'inputs is not a mapping');
  return new Map(
    node.items.flatMap(({ key, value }) => {
      const name = String(isScalar(key) ? key.value : key);
      if (name.startsWith('${{')) return [...toInputs(value)];
      // What stands there, not what YAML makes of it: `on` is no boolean of Azure Pipelines.
      const text = isScalar(value) ? (value.source ?? String(value.value)) : String(value);
      return [[name, text] as const];
    }),
  );
}

/** What task.json has against a step. */
function listFaults({ task, inputs }: Step): readonly string[] {
  const faults: string[] = [];
  const given = new Map<string, string>();
  const [, name = ''] = ours.exec(task) ?? [];
  const inputsOfTask = known[name] ?? [];
  for (const [name, value] of inputs) {
    const input = inputsOfTask.find(
      (one) => one.name === name || one.aliases?.includes(name) === true,
    );
    if (input === undefined) faults.push(`there is no input ${name}`);
    else if (given.has(input.name) && !isExpression(value)) faults.push(`${name} is given twice`);
    else given.set(input.name, value);
    if (input !== undefined && !isAccepted(input, value)) {
      faults.push(`${name} does not accept "${value}"`);
    }
  }
  const kind = given.get('connectionType') ?? 'azureRM';
  const connections = { azureRM: 'azureSubscription', azureDevOps: 'azureDevOpsServiceConnection' };
  for (const [type, name] of Object.entries(connections)) {
    if (isExpression(kind)) continue;
    if ((type === kind) !== given.has(name)) {
      faults.push(`connectionType ${kind} and ${name} do not fit`);
    }
  }
  return faults;
}

function isAccepted(input: Input, value: string): boolean {
  if (isExpression(value)) return true;
  if (input.type === 'boolean') return /^(?:true|false)$/.test(value);
  if (input.type.startsWith('connectedService:')) return value !== '';
  if (input.options === undefined) return true;
  const { options } = input;
  if (input.properties?.['MultiSelectFlatList'] === 'True') {
    return value.split(',').every((one) => Object.hasOwn(options, one.trim()));
  }
  const isPreset = Object.hasOwn(options, value);
  const isEditable = input.properties?.['EditableOptions'] === 'True';
  // Something else is an ID or an address, and never the name of a preset misspelt.
  return isPreset || (isEditable && /^[0-9a-f-]{36}(?:\/|$)|^[a-z][a-z0-9+.-]*:\/\//.test(value));
}

const faultsOf = (inputs: string, task = 'EntraToken'): readonly string[] =>
  parseSteps(`steps:\n- task: ${task}@1\n  inputs: ${inputs}\n`).flatMap(listFaults);

describe('the steps that the repository shows', () => {
  const files = listYamlFiles();
  const shown = files.filter(({ path, text }) =>
    listYaml(path, text).some((yaml) => /^[\s#-]*task:/m.test(yaml) && /task: *Entra/.test(yaml)),
  );

  for (const { path, text } of shown) {
    it(`are all right in ${path}`, () => {
      const steps = listYaml(path, text).flatMap(parseSteps);
      const written = [...text.matchAll(/^[\s#>-]*task: *Entra(?:Token|SignIn)/gm)].length;
      assert.ok(
        steps.length >= written,
        `found ${steps.length} of ${written}: mark the YAML as such`,
      );
      for (const step of steps)
        assert.deepEqual(listFaults(step), [], JSON.stringify([...step.inputs]));
    });
  }

  for (const path of ['README.md', 'azure-pipelines.yml', 'docs/smoke.yml']) {
    it(`stand in ${path}`, () => {
      const { text = '' } = files.find((file) => file.path === path) ?? {};
      assert.ok(listYaml(path, text).flatMap(parseSteps).length > 0);
    });
  }

  it('are always of this major version', () => {
    for (const { path, text } of files) {
      for (const [, version] of text.matchAll(/task: *Entra\w+@(\w*)/g)) {
        assert.equal(version, '1', path);
      }
    }
  });
});

describe('the check of steps', () => {
  for (const inputs of [
    '{ azureSubscription: one }',
    '{ connectedServiceNameARM: one, verify: true }',
    '{ connectionType: azureDevOps, workloadIdentityServiceConnection: one }',
    '{ azureSubscription: one, resource: keyVault }',
    '{ azureSubscription: one, resource: "api://mine" }',
    '{ azureSubscription: one, resource: $(resource), isOutput: $(output) }',
  ]) {
    it(`accepts ${inputs}`, () => {
      assert.deepEqual(faultsOf(inputs), []);
    });
  }

  for (const [inputs, fault] of [
    ['{ serviceConnection: one, azureSubscription: one }', /no input serviceConnection/],
    ['{ azureSubscription: one, resource: keyvaults }', /resource does not accept/],
    ['{ azureSubscription: one, verify: yes }', /verify does not accept/],
    ['{ connectionType: azure, azureSubscription: one }', /connectionType does not accept/],
    ['{ connectionType: azureDevOps, azureSubscription: one }', /do not fit/],
    ['{ azureSubscription: one, connectedServiceNameARM: two }', /twice/],
    ['{}', /do not fit/],
  ] as const) {
    it(`refuses ${inputs}`, () => {
      assert.match(faultsOf(inputs).join('; '), fault);
    });
  }

  it('knows the inputs of each task', () => {
    const signIn = '{ azureSubscription: one, tools: "azureSdk, git", organizations: two }';
    assert.deepEqual(faultsOf(signIn, 'EntraSignIn'), []);
    assert.match(faultsOf(signIn).join('; '), /no input tools; there is no input organizations/);
    const unknown = faultsOf('{ azureSubscription: one, tools: "git, svn" }', 'EntraSignIn');
    assert.deepEqual(unknown, ['tools does not accept "git, svn"']);
  });
});
