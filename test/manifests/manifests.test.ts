import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { presets } from '../../tasks/common/access-token/presets.ts';
import { companions } from '../../tasks/EntraToken/EntraTokenV1/src/variable-name.ts';

interface Input {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly groupName?: string;
  readonly aliases?: readonly string[];
  readonly defaultValue?: string;
  readonly required?: boolean;
  readonly visibleRule?: string;
  readonly helpMarkDown?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, string>>;
}

interface Task {
  readonly id: string;
  readonly name: string;
  readonly friendlyName: string;
  readonly category: string;
  readonly visibility: readonly string[];
  readonly runsOn: readonly string[];
  readonly version: Readonly<Record<'Major' | 'Minor' | 'Patch', number>>;
  readonly minimumAgentVersion: string;
  readonly instanceNameFormat: string;
  readonly helpUrl: string;
  readonly helpMarkDown: string;
  readonly groups: readonly { readonly name: string; readonly displayName: string }[];
  readonly inputs: readonly Input[];
  readonly execution: Readonly<Record<string, { readonly target: string }>>;
  readonly restrictions: unknown;
}

interface Extension {
  readonly id: string;
  readonly version: string;
  readonly icons: { readonly default: string };
  readonly content: Readonly<Record<string, { readonly path: string }>>;
  readonly links?: Readonly<Record<string, { readonly uri: string }>>;
}

interface Package {
  readonly version: string;
  readonly homepage: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '..', '..', '..');
/** Where inputs are read: the task's own, and those that tasks share. */
const inputSources = [
  'tasks/EntraToken/EntraTokenV1/src/inputs.ts',
  'tasks/common/service-connection/connection-inputs.ts',
]
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');
const taskFolder = join(root, 'tasks', 'EntraToken', 'EntraTokenV1');
const readText = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const task = JSON.parse(readFileSync(join(taskFolder, 'task.json'), 'utf8')) as Task;
const extension = JSON.parse(readText('vss-extension.json')) as Extension;
const manifest = JSON.parse(readText('package.json')) as Package;

/** The public contract: final for `@1`, since pipelines depend on it. */
const contract: readonly Partial<Input>[] = [
  { name: 'connectionType', type: 'pickList', defaultValue: 'azureRM' },
  {
    name: 'azureSubscription',
    aliases: ['connectedServiceNameARM'],
    type: 'connectedService:AzureRM',
    required: true,
    visibleRule: 'connectionType = azureRM',
    properties: { EndpointFilterRule: '' },
  },
  {
    name: 'azureDevOpsServiceConnection',
    aliases: ['workloadIdentityServiceConnection'],
    type: 'connectedService:WorkloadIdentityUser',
    required: true,
    visibleRule: 'connectionType = azureDevOps',
    properties: { EndpointFilterRule: '' },
  },
  {
    name: 'resource',
    type: 'pickList',
    defaultValue: 'azureDevOps',
    properties: { EditableOptions: 'True' },
  },
  { name: 'tenantId', type: 'string', defaultValue: '', required: false },
  { name: 'variableName', type: 'string', defaultValue: 'EntraToken' },
  { name: 'isOutput', type: 'boolean', defaultValue: 'false', required: false },
  { name: 'verify', type: 'boolean', defaultValue: 'false', required: false },
  { name: 'organization', type: 'string', defaultValue: '', required: false },
];

describe('task.json', () => {
  it('has exactly the inputs of the contract, in its order', () => {
    assert.deepEqual(
      task.inputs.map(({ name }) => name),
      contract.map(({ name }) => name),
    );
  });

  for (const [index, expected] of contract.entries()) {
    it(`has the input ${expected.name} as the contract has it`, () => {
      const input = task.inputs[index];
      assert.ok(input);
      assert.deepEqual({ ...input, ...expected }, { ...input });
      assert.deepEqual(input.aliases, expected.aliases);
      assert.deepEqual(input.properties, expected.properties);
    });
  }

  for (const input of task.inputs) {
    it(`explains ${input.name}, in a group that exists`, () => {
      assert.match(input.name, /^[A-Za-z][A-Za-z0-9]*$/);
      assert.match(input.helpMarkDown ?? '', /^.{40,}\.$/);
      assert.ok(input.label.length > 0);
      assert.ok(task.groups.some(({ name }) => name === input.groupName));
      assert.match(input.type, /^(?:string|boolean|pickList|connectedService:.+)$/);
    });

    it(`has ${input.name} read by the task, and documented`, () => {
      assert.match(inputSources, new RegExp(`'${input.name}'`));
      const readme = readText('README.md');
      for (const name of [input.name, ...(input.aliases ?? [])]) {
        assert.ok(readme.includes(`\`${name}\``), `README.md says nothing of ${name}`);
      }
    });
  }

  it('shows an input only after one that exists', () => {
    for (const { visibleRule } of task.inputs) {
      if (visibleRule === undefined) continue;
      const [, name, value] = /^(\w+) = (\w+)$/.exec(visibleRule) ?? [];
      const other = task.inputs.find((input) => input.name === name);
      const values =
        other?.type === 'boolean' ? ['true', 'false'] : Object.keys(other?.options ?? {});
      assert.ok(value !== undefined && values.includes(value), visibleRule);
    }
  });

  it('offers exactly the two kinds of connection', () => {
    assert.deepEqual(Object.keys(task.inputs[0]?.options ?? {}), ['azureRM', 'azureDevOps']);
  });

  it('offers exactly the presets of the task, in the same order', () => {
    const resource = task.inputs.find(({ name }) => name === 'resource');
    assert.deepEqual(Object.keys(resource?.options ?? {}), Object.keys(presets));
  });

  it('uses every group', () => {
    for (const { name, displayName } of task.groups) {
      assert.ok(displayName.length > 0);
      assert.ok(
        task.inputs.some(({ groupName }) => groupName === name),
        name,
      );
    }
  });

  it('has both handlers with the same target, and no other', () => {
    assert.deepEqual(task.execution, {
      Node20_1: { target: 'main.cjs' },
      Node24: { target: 'main.cjs' },
    });
  });

  it('runs where the contract says', () => {
    assert.equal(task.minimumAgentVersion, '3.232.1');
    assert.deepEqual(task.runsOn, ['Agent', 'DeploymentGroup']);
    assert.deepEqual(task.visibility, ['Build', 'Release']);
    assert.equal(task.instanceNameFormat, 'Get Entra token for $(resource)');
    assert.equal(task.category, 'Utility');
  });

  it('restricts commands, and neither the variables to set nor the plain names of outputs', () => {
    // A settableVariables object without "allowed" denies all; outputVariables withhold the plain name.
    assert.deepEqual(task.restrictions, { commands: { mode: 'restricted' } });
    assert.ok(!('outputVariables' in task));
  });

  it('has only fields that the schema knows', () => {
    const known =
      'id name friendlyName description helpUrl helpMarkDown category visibility runsOn author version minimumAgentVersion instanceNameFormat restrictions groups inputs execution';
    for (const field of Object.keys(task)) assert.ok(known.split(' ').includes(field), field);
    const fields =
      'name aliases type label groupName defaultValue required options properties helpMarkDown visibleRule';
    for (const input of task.inputs) {
      for (const field of Object.keys(input)) assert.ok(fields.split(' ').includes(field), field);
    }
  });

  it('has a name that the editor can show, and stable ids', () => {
    assert.ok(task.friendlyName.length > 0 && task.friendlyName.length <= 40);
    assert.equal(task.name, 'EntraToken');
    assert.equal(task.id, '093d58e4-148e-46cb-a948-c2a1a765c960');
  });

  it('links to the homepage', () => {
    assert.ok(task.helpUrl.startsWith(manifest.homepage));
    const links = [...JSON.stringify(task).matchAll(/https:\/\/github\.com\/[^\s)"`]+/g)];
    assert.ok(links.length > 0);
    for (const [link] of links) assert.ok(link.startsWith(manifest.homepage), link);
  });
});

describe('vss-extension.json', () => {
  it('has stable ids', () => {
    assert.equal(extension.id, 'entra-token');
  });

  it('leaves the tasks to the packaging, which finds them', () => {
    assert.ok(!('contributions' in extension));
  });

  it('names no publisher, which is given when packaging', () => {
    assert.ok(!('publisher' in extension));
  });

  it('has its icon, and that of the task', () => {
    assert.ok(existsSync(join(root, extension.icons.default)));
    const icon = readFileSync(join(taskFolder, 'icon.png'));
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [32, 32]);
  });

  it('links to nothing but the homepage', () => {
    for (const { uri } of Object.values(extension.links ?? {})) {
      assert.ok(uri.startsWith(manifest.homepage), uri);
    }
  });
});

describe('the version', () => {
  it('is the same for the package and the extension', () => {
    assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
    assert.equal(extension.version, manifest.version);
  });

  it('of the task has a major of its own, and the same minor and patch', () => {
    const [, minor, patch] = manifest.version.split('.').map(Number);
    assert.deepEqual(task.version, { Major: 1, Minor: minor, Patch: patch });
  });
});

describe('package.json', () => {
  it('pins every package exactly', () => {
    for (const [name, version] of Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
    })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  });
});

describe('README.md', () => {
  for (const name of ['EntraToken', 'EntraToken.silenceIssuerWarning']) {
    it(`documents the variable ${name}`, () => {
      assert.ok(readText('README.md').includes(name));
    });
  }

  for (const companion of companions) {
    it(`documents the variable beside the token that ends in .${companion}`, () => {
      assert.match(readText('README.md'), new RegExp(`\\.${companion}\\b`));
    });
  }

  for (const preset of Object.keys(presets)) {
    it(`documents the preset ${preset}`, () => {
      assert.ok(readText('README.md').includes(preset));
    });
  }
});
