import type { CloudName } from './clouds.ts';

/** A first-party resource that every tenant of a cloud has a principal for. */
export interface CatalogResource {
  readonly name: string;
  /** Application id, where it is itself used as a resource. */
  readonly appId?: string;
  /** Identifier URIs per cloud; a cloud without the service is absent. */
  readonly identifiers: Readonly<Partial<Record<CloudName, readonly string[]>>>;
}

/** Application (client) id of Azure DevOps: the audience of its access tokens. */
export const azureDevOpsAppId = '499b84ac-1321-427f-aa17-267ca6975798';

/** Sources: the resource tables of azure-cli, go-azure-sdk and the Azure SDKs for JavaScript. */
export const resourceCatalog: readonly CatalogResource[] = [
  {
    name: 'Azure DevOps',
    appId: azureDevOpsAppId,
    // A service of the public cloud only.
    identifiers: { AzureCloud: ['https://app.vssps.visualstudio.com'] },
  },
  resource(
    'Azure Resource Manager',
    ['https://management.azure.com', 'https://management.core.windows.net'],
    ['https://management.usgovcloudapi.net', 'https://management.core.usgovcloudapi.net'],
    ['https://management.chinacloudapi.cn', 'https://management.core.chinacloudapi.cn'],
    '797f4846-ba00-4fd7-ba43-dac1f8f63013',
  ),
  resource(
    'Microsoft Graph',
    ['https://graph.microsoft.com'],
    ['https://graph.microsoft.us', 'https://dod-graph.microsoft.us'],
    ['https://microsoftgraph.chinacloudapi.cn'],
    '00000003-0000-0000-c000-000000000000',
  ),
  resource(
    'Key Vault',
    ['https://vault.azure.net'],
    ['https://vault.usgovcloudapi.net'],
    ['https://vault.azure.cn'],
    'cfa8b339-82a2-471a-a3c9-0fc0be7a4093',
  ),
  resource(
    'Managed HSM',
    ['https://managedhsm.azure.net'],
    ['https://managedhsm.usgovcloudapi.net'],
    ['https://managedhsm.azure.cn'],
  ),
  everywhere('Storage', 'https://storage.azure.com', 'e406a681-f3d4-42a8-90b6-c2b029497af1'),
  resource(
    'Azure SQL',
    ['https://database.windows.net'],
    ['https://database.usgovcloudapi.net'],
    ['https://database.chinacloudapi.cn'],
  ),
  resource(
    'Open-source databases',
    ['https://ossrdbms-aad.database.windows.net'],
    ['https://ossrdbms-aad.database.usgovcloudapi.net'],
    ['https://ossrdbms-aad.database.chinacloudapi.cn'],
  ),
  resource('Container Registry', ['https://containerregistry.azure.net'], [], []),
  everywhere('Kubernetes Service', undefined, '6dae42f8-4368-4678-94ff-3960e28e3630'),
  everywhere('Databricks', undefined, '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'),
  resource(
    'Service Bus',
    ['https://servicebus.azure.net'],
    ['https://servicebus.azure.net', 'https://servicebus.usgovcloudapi.net'],
    ['https://servicebus.azure.net', 'https://servicebus.chinacloudapi.cn'],
  ),
  everywhere('Event Hubs', 'https://eventhubs.azure.net'),
  resource(
    'Event Grid',
    ['https://eventgrid.azure.net'],
    ['https://eventgrid.azure.us'],
    ['https://eventgrid.azure.cn'],
  ),
  resource(
    'App Configuration',
    ['https://appconfig.azure.com', 'https://azconfig.io'],
    ['https://appconfig.azure.us'],
    ['https://appconfig.azure.cn'],
  ),
  resource('Cosmos DB', ['https://cosmos.azure.com'], [], []),
  resource(
    'Cognitive Services',
    ['https://cognitiveservices.azure.com'],
    ['https://cognitiveservices.azure.us'],
    ['https://cognitiveservices.azure.cn'],
  ),
  resource('AI Foundry', ['https://ai.azure.com'], [], []),
  resource(
    'AI Search',
    ['https://search.azure.com'],
    ['https://search.azure.us'],
    ['https://search.azure.cn'],
  ),
  resource(
    'Log Analytics',
    ['https://api.loganalytics.io'],
    ['https://api.loganalytics.us'],
    ['https://api.loganalytics.azure.cn'],
  ),
  resource(
    'Azure Monitor',
    ['https://monitor.azure.com'],
    ['https://monitor.azure.us'],
    ['https://monitor.azure.cn'],
  ),
  resource(
    'Synapse',
    ['https://dev.azuresynapse.net'],
    ['https://dev.azuresynapse.usgovcloudapi.net'],
    ['https://dev.azuresynapse.azure.cn'],
  ),
  resource('Data Explorer', ['https://kusto.kusto.windows.net'], [], []),
  resource(
    'Batch',
    ['https://batch.core.windows.net'],
    ['https://batch.core.usgovcloudapi.net'],
    ['https://batch.chinacloudapi.cn'],
  ),
  resource('Web PubSub', ['https://webpubsub.azure.com'], [], []),
  resource('Digital Twins', ['https://digitaltwins.azure.net'], [], []),
  resource('Attestation', ['https://attest.azure.net'], [], []),
  resource(
    'Power BI',
    ['https://analysis.windows.net/powerbi/api'],
    ['https://analysis.usgovcloudapi.net/powerbi/api'],
    ['https://analysis.chinacloudapi.cn/powerbi/api'],
  ),
  resource('Fabric', ['https://api.fabric.microsoft.com'], [], []),
  resource('Power Platform', ['https://api.powerplatform.com'], [], []),
];

/** Whether the resource, as a scope names it, has a principal in every tenant of the cloud. */
export function isCatalogResource(cloud: CloudName, resource: string): boolean {
  const wanted = resource.replace(/\/$/, '').toLowerCase();
  return resourceCatalog.some(({ appId, identifiers }) => {
    const own = identifiers[cloud];
    return own !== undefined && (appId === wanted || own.includes(wanted));
  });
}

function resource(
  name: string,
  global: readonly string[],
  government: readonly string[],
  china: readonly string[],
  appId?: string,
): CatalogResource {
  return {
    name,
    ...(appId === undefined ? {} : { appId }),
    identifiers: {
      AzureCloud: global,
      ...(government.length > 0 ? { AzureUSGovernment: government } : {}),
      ...(china.length > 0 ? { AzureChinaCloud: china } : {}),
    },
  };
}

function everywhere(name: string, identifier: string | undefined, appId?: string): CatalogResource {
  const own = identifier === undefined ? [] : [identifier];
  return {
    name,
    ...(appId === undefined ? {} : { appId }),
    identifiers: { AzureCloud: own, AzureUSGovernment: own, AzureChinaCloud: own },
  };
}
