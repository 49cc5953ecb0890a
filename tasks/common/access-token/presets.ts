import type { Cloud } from '../service-connection/clouds.ts';

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
