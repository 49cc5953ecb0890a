import { TaskError } from './errors.ts';
import { parseOrganization, type Organization } from './organization.ts';
import { isForAzureDevOps, parseResource, type RequestedResource } from './resources.ts';
import { listOf, quote } from './text.ts';
import { parseVariableName } from './variable-name.ts';

/** The kinds of service connection, as the input `connectionType` names them. */
export const connectionTypes = ['azureRM', 'azureDevOps'] as const;

/** A kind of service connection. */
export type ConnectionType = (typeof connectionTypes)[number];

/** All inputs of the step, checked once. */
export interface Inputs {
  readonly connectionType: ConnectionType;
  /** The service connection's id, a GUID in lower case. */
  readonly connectionId: string;
  readonly resource: RequestedResource;
  /** Another tenant than the connection's. */
  readonly tenantId: string | undefined;
  readonly variableName: string;
  readonly isOutput: boolean;
  /** The organisation to call with the token; undefined without `verify`. */
  readonly verifyAt: URL | undefined;
}

const connectionInputs: Readonly<Record<ConnectionType, string>> = {
  azureRM: 'azureSubscription',
  azureDevOps: 'azureDevOpsServiceConnection',
};
const domainPattern =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// Addresses of "any tenant"; without a dot they are no domain names either.
const anyTenant = '"common", "organizations" and "consumers"';

/**
 * Reads and checks every input. Throws a TaskError that names the input, its value and what is allowed.
 * `home` is the organisation in which the job runs.
 */
export function parseInputs(readInput: (name: string) => string, home: Organization): Inputs {
  const read = (name: string): string => {
    const value = readInput(name);
    assertExpanded(name, value);
    return value;
  };
  const readBoolean = (name: string): boolean => parseBoolean(name, read(name));

  const connectionType = parseConnectionType(read('connectionType'));
  const connectionId = read(connectionInputs[connectionType]).toLowerCase();
  if (connectionId === '') {
    throw new TaskError(
      'CONNECTION_MISSING',
      `The input ${connectionInputs[connectionType]} is empty; with connectionType ` +
        `${quote(connectionType)} it must name a service connection.`,
    );
  }
  const resource = parseResource(read('resource') || 'azureDevOps');
  const tenantId = parseTenantId(read('tenantId'));
  const variableName = parseVariableName(read('variableName') || 'EntraToken');
  const isOutput = readBoolean('isOutput');
  const verify = readBoolean('verify');
  const organization = read('organization');
  const organizationUrl = organization === '' ? home.url : parseOrganization(organization, home);
  if (verify) assertVerifiable(resource);
  return {
    connectionType,
    connectionId,
    resource,
    tenantId,
    variableName,
    isOutput,
    verifyAt: verify ? organizationUrl : undefined,
  };
}

// The agent leaves `$(name)` as it stands when no such variable exists (agent: `VarUtil.cs`).
function assertExpanded(name: string, value: string): void {
  const macro = /\$\(([^()]+)\)/.exec(value)?.[1];
  if (macro === undefined) return;
  throw new TaskError(
    'VARIABLE_NOT_DEFINED',
    `The input ${name} is ${quote(value)}: the pipeline has no variable named ${quote(macro)} here, so it was not replaced.`,
  );
}

function parseConnectionType(value: string): ConnectionType {
  if (value === '') return 'azureRM';
  const known = connectionTypes.find((type) => type.toLowerCase() === value.toLowerCase());
  if (known !== undefined) return known;
  throw new TaskError(
    'CONNECTION_TYPE_INVALID',
    `The input connectionType is ${quote(value)}. Allowed are ${listOf(connectionTypes)}.`,
  );
}

function parseBoolean(name: string, value: string): boolean {
  const lower = value.toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false' || lower === '') return false;
  throw new TaskError(
    'BOOLEAN_INVALID',
    `The input ${name} is ${quote(value)}. Allowed are true or false.`,
  );
}

function parseTenantId(value: string): string | undefined {
  if (value === '') return undefined;
  if (guid.test(value) || domainPattern.test(value)) return value.toLowerCase();
  throw new TaskError(
    'TENANT_ID_INVALID',
    `The input tenantId is ${quote(value)}. Allowed are a tenant's GUID or one of its domain names, ` +
      `such as "contoso.onmicrosoft.com"; ${anyTenant} stand for no single tenant, and a service ` +
      'connection signs in to exactly one.',
  );
}

function assertVerifiable(resource: RequestedResource): void {
  if (isForAzureDevOps(resource)) return;
  const name = resource.kind === 'preset' ? resource.preset : resource.resource.id;
  throw new TaskError(
    'VERIFY_NEEDS_AZURE_DEVOPS',
    `The input verify is true, and the input resource is ${quote(name)}: verify calls Azure DevOps, ` +
      'which accepts only a token for Azure DevOps itself.',
  );
}
