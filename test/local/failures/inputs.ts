import type { Failure } from './failure.ts';

/** An input that is refused as it stands, before any request. */
function badInput(
  name: string,
  code: Failure['code'],
  inputs: Readonly<Record<string, string>>,
  ...shows: readonly string[]
): Failure {
  return { name, code, early: true, provoke: () => ({ inputs }), shows: () => shows };
}

/** Wrong inputs of the step. */
export const inputFailures: readonly Failure[] = [
  {
    ...badInput(
      'No service connection of the kind that connectionType names',
      'CONNECTION_MISSING',
      { connectionType: '$(kind)' },
      'azureDevOpsServiceConnection',
    ),
    provoke: () => ({
      inputs: { connectionType: '$(kind)' },
      // Known only when the step runs, so the service cannot tell that the other input is needed.
      variables: [{ name: 'kind', value: 'azureDevOps' }],
    }),
  },
  badInput(
    'A connection type that does not exist',
    'CONNECTION_TYPE_INVALID',
    { connectionType: 'github' },
    '"github"',
    'azureRM or azureDevOps',
  ),
  badInput(
    'A preset that does not exist',
    'RESOURCE_UNKNOWN',
    { resource: 'graph' },
    '"graph"',
    'microsoftGraph',
  ),
  badInput(
    'The address of a key vault as the resource',
    'RESOURCE_UNKNOWN',
    { resource: 'https://myvault.vault.azure.net' },
    '"https://myvault.vault.azure.net"',
    'the preset "keyVault"',
  ),
  badInput(
    'Two scopes in one resource',
    'RESOURCE_INVALID',
    { resource: 'https://graph.microsoft.com/.default offline_access' },
    '"https://graph.microsoft.com/.default offline_access"',
  ),
  {
    name: 'A preset that the cloud of the connection does not have',
    code: 'RESOURCE_NOT_IN_CLOUD',
    early: true,
    typical: true,
    provoke: () => ({ connection: 'fabrikam-government', inputs: { resource: 'fabric' } }),
    shows: () => ['"fabric"', '"AzureUSGovernment"', 'AzureCloud only'],
  },
  badInput(
    'A tenant that is no single tenant',
    'TENANT_ID_INVALID',
    { tenantId: 'common' },
    '"common"',
  ),
  badInput(
    'A tenant id with a character too few',
    'TENANT_ID_INVALID',
    { tenantId: '7a0e7a5c-0000-4000-8000-3a1d5f6b000' },
    '"7a0e7a5c-0000-4000-8000-3a1d5f6b000"',
  ),
  badInput(
    'A variable name that would break the command',
    'VARIABLE_NAME_INVALID',
    { variableName: 'Token;issecret=false' },
    '"Token;issecret=false"',
  ),
  badInput(
    'A variable name with a space',
    'VARIABLE_NAME_INVALID',
    { variableName: 'My Token' },
    '"My Token"',
  ),
  badInput(
    'A variable name that Azure Pipelines keeps to itself',
    'VARIABLE_NAME_RESERVED',
    { variableName: 'System.AccessToken' },
    '"System.AccessToken"',
  ),
  badInput(
    'A variable name that other programs listen to',
    'VARIABLE_NAME_DANGEROUS',
    { variableName: 'NODE_OPTIONS' },
    'NODE_OPTIONS',
  ),
  {
    ...badInput(
      'A variable that is not defined',
      'VARIABLE_NOT_DEFINED',
      { resource: '$(notDefined)' },
      '"$(notDefined)"',
      '"notDefined"',
    ),
    typical: true,
  },
  badInput('Neither true nor false', 'BOOLEAN_INVALID', { verify: 'yes' }, 'verify', '"yes"'),
  badInput(
    'verify with another resource than Azure DevOps',
    'VERIFY_NEEDS_AZURE_DEVOPS',
    { verify: 'true', resource: 'microsoftGraph' },
    '"microsoftGraph"',
  ),
  badInput(
    'An organization of a foreign host',
    'ORGANIZATION_INVALID',
    { verify: 'true', organization: 'https://dev.azure.com.example.org/contoso' },
    '"https://dev.azure.com.example.org/contoso"',
  ),
];
