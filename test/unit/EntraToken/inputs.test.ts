import assert from 'node:assert/strict';
import { parseInputs, type Inputs } from '../../../tasks/EntraToken/EntraTokenV1/src/inputs.ts';
import { connectionId, failsWith, organizationAt, tenantId } from '../fixtures.ts';

const home = organizationAt('https://dev.azure.com/contoso/');

function parse(given: Readonly<Record<string, string>>): Inputs {
  const inputs: Readonly<Record<string, string>> = { azureSubscription: connectionId, ...given };
  return parseInputs((name) => inputs[name] ?? '', home);
}

describe('parseInputs', () => {
  it('has the documented defaults where an input is empty', () => {
    assert.deepEqual(parse({}), {
      connectionType: 'azureRM',
      connectionId,
      ignoredInput: undefined,
      resource: { kind: 'preset', preset: 'azureDevOps' },
      tenantId: undefined,
      variableName: 'EntraToken',
      isOutput: false,
      verifyAt: undefined,
    });
  });

  it('takes every input', () => {
    assert.deepEqual(
      parse({
        connectionType: 'AZUREDEVOPS',
        azureSubscription: 'ignored',
        azureDevOpsServiceConnection: connectionId.toUpperCase(),
        resource: '499B84AC-1321-427F-AA17-267CA6975798',
        tenantId: 'Contoso.onmicrosoft.com',
        variableName: 'Token',
        isOutput: 'True',
        verify: 'TRUE',
        organization: 'fabrikam',
      }),
      {
        connectionType: 'azureDevOps',
        connectionId,
        ignoredInput: 'azureSubscription',
        resource: {
          kind: 'custom',
          resource: {
            id: '499B84AC-1321-427F-AA17-267CA6975798',
            scope: '499B84AC-1321-427F-AA17-267CA6975798/.default',
          },
        },
        tenantId: 'contoso.onmicrosoft.com',
        variableName: 'Token',
        isOutput: true,
        verifyAt: new URL('https://dev.azure.com/fabrikam'),
      },
    );
  });

  it("verifies in the job's own organisation unless another is named", () => {
    assert.equal(parse({ verify: 'true' }).verifyAt?.href, 'https://dev.azure.com/contoso');
  });

  it('verifies nowhere when verify is false, even with an organisation', () => {
    assert.equal(parse({ organization: 'fabrikam' }).verifyAt, undefined);
  });

  for (const connectionType of ['azureRM', 'azureDevOps']) {
    const name =
      connectionType === 'azureRM' ? 'azureSubscription' : 'azureDevOpsServiceConnection';
    it(`wants ${name} when connectionType is ${connectionType}`, () => {
      assert.throws(
        () => parse({ connectionType, azureSubscription: '' }),
        failsWith('CONNECTION_MISSING', name, `"${connectionType}"`),
      );
    });
  }

  it('refuses another connectionType and names the two', () => {
    assert.throws(
      () => parse({ connectionType: 'github' }),
      failsWith('CONNECTION_TYPE_INVALID', '"github"', 'azureRM or azureDevOps'),
    );
  });

  for (const given of [
    tenantId,
    'contoso.onmicrosoft.com',
    'contoso.com',
    'a-b.example.co.uk',
    'xn--bcher-kva.example',
  ]) {
    it(`takes ${given} for a tenant`, () => {
      assert.equal(parse({ tenantId: given }).tenantId, given);
    });
  }

  for (const given of [
    'common',
    'Organizations',
    'consumers',
    'contoso',
    tenantId.slice(1),
    `{${tenantId}}`,
    'contoso..com',
    '-contoso.com',
    'contoso.com/',
    'contoso.com/../common',
    'contoso .com',
    '127.0.0.1',
    'contoso.com?x',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(127)}com`,
  ]) {
    it(`refuses ${given} for a tenant and says what is allowed`, () => {
      assert.throws(
        () => parse({ tenantId: given }),
        failsWith('TENANT_ID_INVALID', given.slice(0, 100), 'GUID', '"common"', '"consumers"'),
      );
    });
  }

  for (const name of ['isOutput', 'verify']) {
    it(`takes nothing but true and false for ${name}`, () => {
      for (const value of ['yes', '1', 'truee', 'on']) {
        assert.throws(
          () => parse({ [name]: value }),
          failsWith('BOOLEAN_INVALID', name, `"${value}"`, 'true or false'),
        );
      }
      for (const value of ['false', 'False', '']) parse({ [name]: value });
    });
  }

  for (const name of [
    'connectionType',
    'azureSubscription',
    'resource',
    'tenantId',
    'variableName',
    'isOutput',
    'verify',
    'organization',
  ]) {
    it(`says which variable is not defined when ${name} was left as $(missing.one)`, () => {
      assert.throws(
        () => parse({ [name]: 'a$(missing.one)b' }),
        failsWith('VARIABLE_NOT_DEFINED', name, '"a$(missing.one)b"', '"missing.one"'),
      );
    });
  }

  for (const resource of ['keyVault', 'api://x', '11111111-2222-3333-4444-555555555555']) {
    it(`refuses to verify a token for ${resource}`, () => {
      assert.throws(
        () => parse({ verify: 'true', resource }),
        failsWith('VERIFY_NEEDS_AZURE_DEVOPS', `"${resource}"`),
      );
    });
  }

  it('verifies the application id of Azure DevOps, written as a scope too', () => {
    const resource = '499b84ac-1321-427f-aa17-267ca6975798/.default';
    assert.ok(parse({ verify: 'true', resource }).verifyAt);
  });

  it('refuses a foreign organisation, a bad resource and a bad variable name', () => {
    assert.throws(
      () => parse({ organization: 'https://evil.example/x' }),
      failsWith('ORGANIZATION_INVALID', 'evil.example'),
    );
    assert.throws(() => parse({ resource: 'a b' }), failsWith('RESOURCE_INVALID', '"a b"'));
    assert.throws(() => parse({ variableName: 'PATH' }), failsWith('VARIABLE_NAME_RESERVED'));
  });
});
