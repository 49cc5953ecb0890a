import assert from 'node:assert/strict';
import { toReport } from '../../../tasks/EntraToken/EntraTokenV1/src/report.ts';
import { clientId, createConnection, objectId, tenantId } from '../fixtures.ts';

const report = toReport({
  inputs: {
    connectionType: 'azureRM',
    ignoredInput: undefined,
    connectionId: createConnection().id,
    resource: { kind: 'preset', preset: 'keyVault' },
    tenantId: undefined,
    variableName: 'T',
    isOutput: true,
    verifyAt: undefined,
  },
  token: {
    value: 'the-token',
    expiresOn: new Date(Date.now() + 30 * 60_000),
    correlationId: 'the-correlation',
    requestId: undefined,
  },
  resource: { id: 'https://vault.azure.net', scope: 'https://vault.azure.net/.default' },
  tenantId,
  objectId,
  issuer: 'https://vstoken.dev.azure.com/4a7f',
  connection: createConnection(),
});

describe('toReport', () => {
  it('says in one line what was set, for what and until when', () => {
    assert.match(
      report[0] ?? '',
      /^Set the secret variable T, also as an output variable: .* keyVault \(https:\/\/vault\.azure\.net\), valid until \S+Z \(30 minutes\)\.$/,
    );
  });

  it('gives an administrator what finds the sign-in, and leaves out what is not known', () => {
    const [, audit = ''] = report;
    for (const part of [
      `application ${clientId}`,
      `object ${objectId}`,
      `tenant ${tenantId}`,
      'resource https://vault.azure.net',
      'assertion from Azure DevOps issuer',
      'correlation the-correlation',
    ]) {
      assert.ok(audit.includes(part), part);
    }
    assert.ok(!audit.includes('request'), audit);
  });

  it('never holds the token', () => {
    assert.ok(!report.join().includes('the-token'));
  });
});
