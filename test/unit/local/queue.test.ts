import assert from 'node:assert/strict';
import type { InstalledTask, TaskInput } from '../../local/agent/task-definition.ts';
import type { ServiceConnection } from '../../local/contract.ts';
import { findTask, isVisible, QueueError, queueInputs } from '../../local/queue.ts';

const connection: ServiceConnection = {
  id: 'AAAAAAAA-0000-4000-8000-000000000001',
  name: 'Contoso Azure',
  type: 'AzureRM',
  url: 'https://management.azure.com/',
  authorization: { scheme: 'WorkloadIdentityFederation', parameters: {} },
  data: {},
};

const inputs: readonly TaskInput[] = [
  {
    name: 'kind',
    type: 'pickList',
    defaultValue: 'arm',
    required: true,
  },
  {
    name: 'subscription',
    aliases: ['connectedServiceNameARM'],
    type: 'connectedService:AzureRM',
    required: true,
    visibleRule: 'kind = arm',
  },
  {
    name: 'devOps',
    type: 'connectedService:WorkloadIdentityUser',
    required: true,
    visibleRule: 'kind = devOps',
  },
  { name: 'filtered', type: 'connectedService:AzureRM:ManagedServiceIdentity,Other' },
];

function createTask(major = 1): InstalledTask {
  return {
    folder: 'folder',
    manifest: {
      id: '093d58e4-148e-46cb-a948-c2a1a765c960',
      name: 'Sample',
      friendlyName: 'Sample',
      version: { Major: major, Minor: 0, Patch: 0 },
      inputs,
    },
  };
}

function queue(given: Readonly<Record<string, string>>): {
  problems: string[];
  result: Record<string, string>;
} {
  const problems: string[] = [];
  const step = { label: 'Job J: Step S', task: createTask(), inputs: given };
  const result = queueInputs(
    step,
    [connection],
    (name) => (name === 'connection' ? 'contoso azure' : undefined),
    problems,
  );
  return { problems, result };
}

describe('queueInputs', () => {
  for (const [what, key, value] of [
    ['a name in any case', 'subscription', 'contoso AZURE'],
    ['an id', 'Subscription', connection.id],
    ['an alias', 'connectedservicenamearm', 'Contoso Azure'],
    ['a variable of the pipeline', 'subscription', '$(connection)'],
  ] as const) {
    it(`makes the lower-case id of ${what}`, () => {
      assert.deepEqual(queue({ [key]: value }), {
        problems: [],
        result: { subscription: connection.id.toLowerCase() },
      });
    });
  }

  const cases: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
    ['an unknown input', { subscription: connection.id, typo: 'x' }, /input 'typo' that the task/],
    ['a missing required input', {}, /missing the required input 'subscription'/],
    ['an input required by another', { kind: 'devOps' }, /missing the required input 'devOps'/],
    ['an unknown connection', { subscription: 'other' }, /connection other which could not be/],
    [
      'a connection of another type',
      { kind: 'devOps', devOps: 'contoso azure' },
      /of type WorkloadIdentityUser but .* is of type AzureRM/,
    ],
    ['an unset variable', { subscription: '$(unset)' }, /connection \$\(unset\) which/],
    [
      'another scheme',
      { subscription: connection.id, filtered: connection.id },
      /with authentication scheme ManagedServiceIdentity,Other but/,
    ],
    [
      'an input under two names',
      { subscription: connection.id, connectedServiceNameARM: connection.id },
      /the input 'subscription' twice/,
    ],
  ];
  for (const [what, given, expected] of cases) {
    it(`refuses ${what}`, () => {
      const { problems } = queue(given);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', expected);
    });
  }

  it('does not check the values of a pickList', () => {
    assert.deepEqual(queue({ kind: 'something else' }).problems, []);
  });
});

describe('isVisible', () => {
  const values: Readonly<Record<string, string>> = { a: 'X', b: '' };
  for (const [visibleRule, expected] of [
    ['a = x', true],
    ['a == y', false],
    ['a != y', true],
    ['a = x && b = y', false],
    ['a = y || b =', true],
    ['', true],
  ] as const) {
    it(`says ${String(expected)} for ${visibleRule || 'no rule'}`, () => {
      const rule = { name: 'input', visibleRule };
      assert.equal(
        isVisible(rule, (name) => values[name] ?? ''),
        expected,
      );
    });
  }

  it('does not guess', () => {
    assert.throws(() => isVisible({ name: 'i', visibleRule: 'a in x' }, () => ''), /not supported/);
  });
});

describe('findTask', () => {
  const tasks = [createTask(1), createTask(2)];

  it('takes the major version that is asked for, else the latest', () => {
    assert.equal(findTask('sample@1', tasks), tasks[0]);
    assert.equal(findTask('093D58E4-148e-46cb-a948-c2a1a765c960@1', tasks), tasks[0]);
    assert.equal(findTask('Sample', tasks), tasks[1]);
  });

  it('names what is installed when there is none', () => {
    assert.throws(() => findTask('Sample@3', tasks), {
      name: QueueError.name,
      message: /'Sample@3'.*Sample@1, Sample@2/,
    });
  });
});
