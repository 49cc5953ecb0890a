import { clouds, toCloud, toPreferredAuthority } from './clouds.ts';
import { TaskError, type ErrorCode } from '../errors/task-error.ts';
import { parseJsonObject } from '../text/json.ts';
import type { ServiceConnection } from './service-connection.ts';
import { quote } from '../text/text.ts';
import type { ConnectionType } from './connection-inputs.ts';

/** A Workload Identity Federation service connection, checked. */
export interface FederatedConnection {
  readonly id: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The cloud's name as the connection gives it, such as `AzureUSGovernment`. */
  readonly cloud: string;
  /** Where the assertion is exchanged: an https origin. */
  readonly authorityHost: string;
  readonly subscriptionId: string | undefined;
  /** The issuer and subject that Azure DevOps recorded when the connection was made. */
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  /** An assertion that the job brought along, if the service bound one late. */
  readonly assertion: string | undefined;
}

const federation = 'WorkloadIdentityFederation';
const productNames: Readonly<Record<ConnectionType, string>> = {
  azureRM: 'Azure Resource Manager',
  azureDevOps: 'Azure DevOps',
};

/**
 * Reads what the agent handed over for the connection's id. Throws a TaskError with a `CONNECTION_`
 * code when there is nothing, when it is of another scheme, or when something needed is missing.
 */
export function parseConnection(
  id: string,
  type: ConnectionType,
  connection: ServiceConnection | undefined,
): FederatedConnection {
  if (connection === undefined) {
    throw new TaskError(
      'CONNECTION_NOT_FOUND',
      `The agent handed this step no ${productNames[type]} service connection with the ID ${quote(id)}.`,
    );
  }
  const parameter = byName(connection.parameters);
  if (connection.scheme.toLowerCase() !== federation.toLowerCase()) {
    throw unsupportedScheme(id, connection.scheme, parameter('authenticationType'));
  }
  const data = byName(parseData(id, connection.data));
  const cloud = data('environment') ?? 'AzureCloud';
  return {
    id,
    tenantId: required(id, 'tenantid', parameter('tenantid')),
    clientId: required(id, 'serviceprincipalid', parameter('serviceprincipalid')),
    cloud,
    authorityHost: parseAuthorityHost(id, cloud, data),
    subscriptionId: data('subscriptionid'),
    issuer: parameter('workloadIdentityFederationIssuer'),
    subject: parameter('workloadIdentityFederationSubject'),
    assertion: parameter('idToken'),
  };
}

type Lookup = (name: string) => string | undefined;

// The service spells the names in several ways (`tenantid`, `TenantId`).
function byName(values: Readonly<Record<string, unknown>>): Lookup {
  const lowered = new Map(
    Object.entries(values).map(([name, value]) => [name.toLowerCase(), value] as const),
  );
  return (name) => {
    const value = lowered.get(name.toLowerCase());
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
}

function unsupportedScheme(id: string, scheme: string, authenticationType?: string): TaskError {
  const isCertificate = authenticationType?.toLowerCase() === 'spncertificate';
  const known = new Map<string, readonly [ErrorCode, string]>([
    [
      'serviceprincipal',
      isCertificate
        ? ['CONNECTION_USES_CERTIFICATE', 'signs in with a certificate']
        : ['CONNECTION_USES_SECRET', 'signs in with a client secret'],
    ],
    [
      'managedserviceidentity',
      [
        'CONNECTION_USES_MANAGED_IDENTITY',
        "signs in as the managed identity of the agent's machine",
      ],
    ],
  ]);
  const [code, what] = known.get(scheme.toLowerCase()) ?? [
    'CONNECTION_SCHEME_UNSUPPORTED',
    `uses the authentication scheme ${quote(scheme)}`,
  ];
  return new TaskError(
    code,
    `The service connection ${quote(id)} ${what}; this task works only with Workload Identity ` +
      'Federation, which has no secret that could leak or expire.',
  );
}

// One JSON value: the agent's variable per key would be open to another key's mangled name.
function parseData(id: string, text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text === '') return {};
  const data = parseJsonObject(text);
  if (data === undefined)
    throw invalidData(id, 'The agent handed over data that is not a JSON object');
  return data;
}

function required(id: string, name: string, value: string | undefined): string {
  // Both become part of an address or a form; Entra's are GUIDs, or a domain name for the tenant.
  if (value !== undefined && /^[0-9a-z][0-9a-z.-]*$/i.test(value)) return value;
  throw invalidData(
    id,
    value === undefined ? `Its parameter ${name} is missing` : `Its parameter ${name} is not an ID`,
  );
}

function parseAuthorityHost(id: string, cloudName: string, data: Lookup): string {
  const cloud = toCloud(cloudName);
  const value =
    data('activeDirectoryAuthority') ??
    (cloud ? clouds[cloud].authorityHost : data('environmentAuthorityUrl'));
  if (value === undefined) {
    throw invalidData(
      id,
      `It is in the cloud ${quote(cloudName)}, which is not known, and names no authority host (activeDirectoryAuthority)`,
    );
  }
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw invalidData(id, `Its authority host ${quote(value)} is not an https address`);
  }
  if (/^\/adfs(\/|$)/i.test(url.pathname)) {
    throw invalidData(
      id,
      `Its authority ${quote(value)} is AD FS, as on an Azure Stack without Entra, and the token of Azure DevOps can be exchanged only at Entra`,
    );
  }
  return toPreferredAuthority(url.origin);
}

function invalidData(id: string, what: string): TaskError {
  return new TaskError(
    'CONNECTION_INVALID',
    `The service connection ${quote(id)} cannot be used. ${what}.`,
  );
}
