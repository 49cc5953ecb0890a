import { toCloud, type Cloud } from '../service-connection/clouds.ts';
import { TaskError } from '../errors/task-error.ts';
import { listOf, quote } from '../text/text.ts';

/** What the access token is for: one resource, named as Entra knows it in one cloud. */
export interface Resource {
  /** Application ID URI or application (client) id. */
  readonly id: string;
  /** The only scope a client credential can ask for: all that was granted on the resource. */
  readonly scope: string;
}

const everywhere = (id: string): Record<Cloud, string> => ({
  AzureCloud: id,
  AzureUSGovernment: id,
  AzureChinaCloud: id,
});

/**
 * The resource ids behind the preset names. A cloud that is absent does not have the service, or its
 * sources disagree. Sources: Microsoft's SDKs (`@azure/*` audience constants), azure-cli `cloud.py`,
 * hashicorp/go-azure-sdk `environments/azure_*.go`, learn.microsoft.com.
 */
export const presets = {
  // By application id: "use the application ID, not our resource URI"
  // (learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity).
  azureDevOps: { AzureCloud: '499b84ac-1321-427f-aa17-267ca6975798' },
  azureResourceManager: {
    AzureCloud: 'https://management.azure.com',
    AzureUSGovernment: 'https://management.usgovcloudapi.net',
    AzureChinaCloud: 'https://management.chinacloudapi.cn',
  },
  microsoftGraph: {
    AzureCloud: 'https://graph.microsoft.com',
    AzureUSGovernment: 'https://graph.microsoft.us',
    AzureChinaCloud: 'https://microsoftgraph.chinacloudapi.cn',
  },
  keyVault: {
    AzureCloud: 'https://vault.azure.net',
    AzureUSGovernment: 'https://vault.usgovcloudapi.net',
    AzureChinaCloud: 'https://vault.azure.cn',
  },
  storage: everywhere('https://storage.azure.com'),
  sqlDatabase: {
    AzureCloud: 'https://database.windows.net',
    AzureUSGovernment: 'https://database.usgovcloudapi.net',
    AzureChinaCloud: 'https://database.chinacloudapi.cn',
  },
  ossDatabases: {
    AzureCloud: 'https://ossrdbms-aad.database.windows.net',
    AzureUSGovernment: 'https://ossrdbms-aad.database.usgovcloudapi.net',
    AzureChinaCloud: 'https://ossrdbms-aad.database.chinacloudapi.cn',
  },
  // Outside the public cloud the registry takes tokens for Azure Resource Manager
  // (`KnownContainerRegistryAudience` of @azure/container-registry).
  containerRegistry: {
    AzureCloud: 'https://containerregistry.azure.net',
    AzureUSGovernment: 'https://management.usgovcloudapi.net',
    AzureChinaCloud: 'https://management.chinacloudapi.cn',
  },
  // First-party applications have the same id in every cloud.
  kubernetes: everywhere('6dae42f8-4368-4678-94ff-3960e28e3630'),
  databricks: everywhere('2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'),
  serviceBus: { AzureCloud: 'https://servicebus.azure.net' },
  eventHubs: everywhere('https://eventhubs.azure.net'),
  appConfiguration: {
    AzureCloud: 'https://appconfig.azure.com',
    AzureUSGovernment: 'https://appconfig.azure.us',
    AzureChinaCloud: 'https://appconfig.azure.cn',
  },
  cognitiveServices: {
    AzureCloud: 'https://cognitiveservices.azure.com',
    AzureUSGovernment: 'https://cognitiveservices.azure.us',
    AzureChinaCloud: 'https://cognitiveservices.azure.cn',
  },
  logAnalytics: {
    AzureCloud: 'https://api.loganalytics.io',
    AzureUSGovernment: 'https://api.loganalytics.us',
    AzureChinaCloud: 'https://api.loganalytics.azure.cn',
  },
  monitor: {
    AzureCloud: 'https://monitor.azure.com',
    AzureUSGovernment: 'https://monitor.azure.us',
    AzureChinaCloud: 'https://monitor.azure.cn',
  },
  powerBI: {
    AzureCloud: 'https://analysis.windows.net/powerbi/api',
    AzureUSGovernment: 'https://analysis.usgovcloudapi.net/powerbi/api',
    AzureChinaCloud: 'https://analysis.chinacloudapi.cn/powerbi/api',
  },
  fabric: { AzureCloud: 'https://api.fabric.microsoft.com' },
} as const satisfies Readonly<Record<string, Partial<Record<Cloud, string>>>>;

/** The name of a preset, as documented. */
export type Preset = keyof typeof presets;

/** The input `resource`, checked but not yet resolved for the connection's cloud. */
export type RequestedResource =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'custom'; readonly resource: Resource };

const presetNames = Object.keys(presets) as Preset[];
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const uri = /^[a-z][a-z0-9+.-]*:\S+$/i;
// RFC 6749 section 3.3: the characters of one scope; a space would separate two. Without the square
// brackets, which no application ID URI needs and the agent's commands consist of.
const scopeCharacters = /^[\x21\x23-\x5a\x5e-\x7e]+$/;
const suffix = '/.default';

// Hosts that are written as a resource and never are one. A storage account and an environment of
// Dynamics 365 are resources by their own address, and https://app.vssps.visualstudio.com is Azure DevOps.
const serviceAddresses: readonly {
  readonly host: RegExp;
  readonly preset: Preset;
  /** The host alone is the resource; an address below it is not. */
  readonly below?: true;
}[] = [
  {
    host: /^(?:[a-z0-9-]+\.)*dev\.azure\.com$|^[a-z0-9-]+\.visualstudio\.com$/,
    preset: 'azureDevOps',
  },
  {
    host: /^[a-z0-9-]+\.vault\.(?:azure\.net|usgovcloudapi\.net|azure\.cn)$/,
    preset: 'keyVault',
  },
  // The API that Microsoft Graph has replaced.
  { host: /^graph\.windows\.net$/, preset: 'microsoftGraph' },
  { host: /^graph\.microsoft\.(?:com|us)$/, preset: 'microsoftGraph', below: true },
  { host: /^management\.azure\.com$/, preset: 'azureResourceManager', below: true },
  { host: /^[a-z0-9-]+\.database\.windows\.net$/, preset: 'sqlDatabase' },
  { host: /^[a-z0-9]+\.azurecr\.io$/, preset: 'containerRegistry' },
  { host: /^(?:[a-z0-9-]+\.)+azuredatabricks\.net$/, preset: 'databricks' },
  { host: /^[a-z0-9-]+\.openai\.azure\.com$/, preset: 'cognitiveServices' },
];

/** The preset that is meant by an address of a service; undefined for a resource. */
function toMeant(id: string): Preset | undefined {
  const url = URL.canParse(id) ? new URL(id) : undefined;
  const isBelow = url !== undefined && url.pathname.length > 1;
  return serviceAddresses.find(
    ({ host, below }) => host.test(url?.hostname ?? '') && (below === undefined || isBelow),
  )?.preset;
}

/**
 * A preset name in any case, or an application ID URI, application (client) ID or scope as it is.
 * Throws a TaskError with `RESOURCE_INVALID` or `RESOURCE_UNKNOWN`, which begins with `source`.
 */
export function parseResource(value: string, source = 'The input resource'): RequestedResource {
  const preset = presetNames.find((name) => name.toLowerCase() === value.toLowerCase());
  if (preset !== undefined) return { kind: 'preset', preset };
  if (!scopeCharacters.test(value)) {
    throw new TaskError(
      'RESOURCE_INVALID',
      `${source} is ${quote(value)}. It must name exactly one resource; spaces, double ` +
        'quotes, backslashes, square brackets, control characters and characters outside ASCII ' +
        'cannot be part of it.',
    );
  }
  const id = value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
  if (!guid.test(id) && !uri.test(id)) {
    throw new TaskError(
      'RESOURCE_UNKNOWN',
      `${source} is ${quote(value)}, which is neither a preset nor an application ID URI ` +
        `(such as "api://my-api"), an application (client) ID or a scope. Presets: ${listOf(presetNames)}.`,
    );
  }
  const meant = toMeant(id);
  if (meant !== undefined) {
    throw new TaskError(
      'RESOURCE_UNKNOWN',
      `${source} is ${quote(value)}, which is an address of a service, and Entra knows no ` +
        `resource by it. Write the preset ${quote(meant)}.`,
    );
  }
  // A resource that ends in "/" keeps it: Entra cuts only "/.default" off to find the resource.
  return { kind: 'custom', resource: { id, scope: `${id}${suffix}` } };
}

/** The resource in the cloud of the connection; `RESOURCE_NOT_IN_CLOUD` where the preset has none. */
export function toResource(
  requested: RequestedResource,
  cloudName: string,
  source = 'The input resource',
): Resource {
  if (requested.kind === 'custom') return requested.resource;
  const ids: Partial<Record<Cloud, string>> = presets[requested.preset];
  const cloud = toCloud(cloudName);
  const id = cloud && ids[cloud];
  if (id === undefined) {
    throw new TaskError(
      'RESOURCE_NOT_IN_CLOUD',
      `${source} is the preset ${quote(requested.preset)}, and the service connection is in ` +
        `${quote(cloudName)}. This preset is known in ${listOf(Object.keys(ids))} only.`,
    );
  }
  return { id, scope: `${id}${suffix}` };
}

/** Whether the token would be for Azure DevOps, written as the preset or as the application (client) ID. */
export function isForAzureDevOps(requested: RequestedResource): boolean {
  return requested.kind === 'preset'
    ? requested.preset === 'azureDevOps'
    : requested.resource.id.toLowerCase() === presets.azureDevOps.AzureCloud;
}
