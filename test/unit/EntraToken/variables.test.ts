import assert from 'node:assert/strict';
import type { Inputs } from '../../../tasks/EntraToken/EntraTokenV1/src/inputs.ts';
import { toVariables, type Issued } from '../../../tasks/EntraToken/EntraTokenV1/src/variables.ts';
import { clientId, createConnection, objectId, subscriptionId, tenantId } from '../fixtures.ts';

const inputs: Inputs = {
  connectionType: 'azureRM',
  ignoredInput: undefined,
  connectionId: createConnection().id,
  resource: { kind: 'preset', preset: 'keyVault' },
  tenantId: undefined,
  variableName: 'T',
  isOutput: false,
  verifyAt: undefined,
};
const issued: Issued = {
  inputs,
  issuer: undefined,
  token: {
    value: 'the-token',
    expiresOn: new Date('2026-12-01T10:20:30.456Z'),
    correlationId: undefined,
    requestId: undefined,
  },
  resource: { id: 'https://vault.azure.net', scope: 'https://vault.azure.net/.default' },
  tenantId,
  objectId,
  connection: createConnection({ tenantId: 'home.example' }),
};
const plain = [
  { name: 'T', value: 'the-token', secret: true, isOutput: false },
  ...(
    [
      ['T.expiresOn', '2026-12-01T10:20:30.456Z'],
      ['T.resource', 'https://vault.azure.net'],
      ['T.tenantId', tenantId],
      ['T.clientId', clientId],
      ['T.objectId', objectId],
      ['T.subscriptionId', subscriptionId],
    ] as const
  ).map(([name, value]) => ({ name, value, secret: false, isOutput: false })),
];

describe('toVariables', () => {
  it('sets the token as the only secret, and what it is for and whose beside it', () => {
    assert.deepEqual(toVariables(issued), plain);
  });

  it('sets the same as output variables in addition', () => {
    assert.deepEqual(toVariables({ ...issued, inputs: { ...inputs, isOutput: true } }), [
      ...plain,
      ...plain.map((variable) => ({ ...variable, isOutput: true })),
    ]);
  });

  it('sets no object id and no subscription id where none is known', () => {
    const names = toVariables({
      ...issued,
      objectId: undefined,
      connection: createConnection({ subscriptionId: undefined }),
    }).map(({ name }) => name);
    assert.deepEqual(names, ['T', 'T.expiresOn', 'T.resource', 'T.tenantId', 'T.clientId']);
  });
});
