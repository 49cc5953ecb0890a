/** The clouds by the name that a service connection's `environment` gives them. */
export type CloudName = 'AzureCloud' | 'AzureUSGovernment' | 'AzureChinaCloud';

/** One cloud as Entra and the service connections of it see it. */
export interface Cloud {
  readonly name: CloudName;
  /** Source: @azure/msal-common AuthorityMetadata.ts. */
  readonly authorityHost: string;
  /** Other names of the same service. */
  readonly authorityAliases: readonly string[];
  /** Host of the `iss` of version 1 access tokens. */
  readonly tokenIssuerHost: string;
  /** What Microsoft recommends as the credential's audience in this cloud. */
  readonly recommendedAudience: string;
  readonly resourceManagerUrl: string;
  /** What an Azure Resource Manager connection carries as `data` for this cloud. */
  readonly connectionData: Readonly<Record<string, string>>;
}

/** The clouds that the local Entra serves; sources in the authority and audience documentation. */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  AzureCloud: {
    name: 'AzureCloud',
    authorityHost: 'login.microsoftonline.com',
    authorityAliases: ['login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    tokenIssuerHost: 'sts.windows.net',
    recommendedAudience: 'api://AzureADTokenExchange',
    resourceManagerUrl: 'https://management.azure.com/',
    connectionData: connectionData('AzureCloud', {
      authority: 'https://login.microsoftonline.com/',
      activeDirectoryAuthority: 'https://login.microsoftonline.com/',
      resourceManager: 'https://management.azure.com/',
      resourceManagerAudience: 'https://management.core.windows.net/',
      microsoftGraph: 'https://graph.microsoft.com/',
      graph: 'https://graph.windows.net/',
      keyVaultAudience: 'https://vault.azure.net',
      keyVaultSuffix: 'vault.azure.net',
    }),
  },
  AzureUSGovernment: {
    name: 'AzureUSGovernment',
    authorityHost: 'login.microsoftonline.us',
    authorityAliases: ['login.usgovcloudapi.net'],
    tokenIssuerHost: 'sts.windows.net',
    recommendedAudience: 'api://AzureADTokenExchangeUSGov',
    resourceManagerUrl: 'https://management.usgovcloudapi.net/',
    connectionData: connectionData('AzureUSGovernment', {
      authority: 'https://login.microsoftonline.us/',
      activeDirectoryAuthority: 'https://login.microsoftonline.us/',
      resourceManager: 'https://management.usgovcloudapi.net/',
      resourceManagerAudience: 'https://management.core.usgovcloudapi.net/',
      microsoftGraph: 'https://graph.microsoft.us/',
      graph: 'https://graph.windows.net/',
      keyVaultAudience: 'https://vault.usgovcloudapi.net',
      keyVaultSuffix: 'vault.usgovcloudapi.net',
    }),
  },
  AzureChinaCloud: {
    name: 'AzureChinaCloud',
    authorityHost: 'login.partner.microsoftonline.cn',
    authorityAliases: ['login.chinacloudapi.cn'],
    tokenIssuerHost: 'sts.chinacloudapi.cn',
    recommendedAudience: 'api://AzureADTokenExchangeChina',
    resourceManagerUrl: 'https://management.chinacloudapi.cn/',
    connectionData: connectionData('AzureChinaCloud', {
      authority: 'https://login.chinacloudapi.cn/',
      activeDirectoryAuthority: 'https://login.partner.microsoftonline.cn/',
      resourceManager: 'https://management.chinacloudapi.cn/',
      resourceManagerAudience: 'https://management.core.chinacloudapi.cn/',
      microsoftGraph: 'https://microsoftgraph.chinacloudapi.cn/',
      graph: 'https://graph.chinacloudapi.cn/',
      keyVaultAudience: 'https://vault.azure.cn',
      keyVaultSuffix: 'vault.azure.cn',
    }),
  },
};

/** The cloud whose Entra answers at the host. */
export function cloudOfAuthority(host: string): Cloud | undefined {
  return Object.values(clouds).find(
    (cloud) => cloud.authorityHost === host || cloud.authorityAliases.includes(host),
  );
}

/** Names as the azure-arm-rest library of Microsoft's own tasks reads them. */
function connectionData(
  environment: CloudName,
  urls: Readonly<
    Record<
      | 'authority'
      | 'activeDirectoryAuthority'
      | 'resourceManager'
      | 'resourceManagerAudience'
      | 'microsoftGraph'
      | 'graph'
      | 'keyVaultAudience'
      | 'keyVaultSuffix',
      string
    >
  >,
): Record<string, string> {
  return {
    environment,
    environmentUrl: urls.resourceManager,
    environmentAuthorityUrl: urls.authority,
    activeDirectoryAuthority: urls.activeDirectoryAuthority,
    activeDirectoryServiceEndpointResourceId: urls.resourceManagerAudience,
    microsoftGraphUrl: urls.microsoftGraph,
    graphUrl: urls.graph,
    AzureKeyVaultServiceEndpointResourceId: urls.keyVaultAudience,
    AzureKeyVaultDnsSuffix: urls.keyVaultSuffix,
  };
}
