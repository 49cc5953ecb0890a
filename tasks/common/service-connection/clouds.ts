/** A cloud in which presets are known, by the name that a service connection gives it. */
export type Cloud = 'AzureCloud' | 'AzureUSGovernment' | 'AzureChinaCloud';

/** Where a cloud signs in. */
interface CloudFacts {
  /** Origin of the authority host. */
  readonly authorityHost: string;
  /** Other names of the same host; Entra's client library sends to the preferred one above. */
  readonly aliases: readonly string[];
  /** The audience of its federated identity credentials. */
  readonly audience: string;
}

/**
 * The clouds and their authority hosts, as in MSAL's `AuthorityMetadata.ts`; audiences as in
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust.
 */
export const clouds: Readonly<Record<Cloud, CloudFacts>> = {
  AzureCloud: {
    authorityHost: 'https://login.microsoftonline.com',
    aliases: [
      'https://login.windows.net',
      'https://login.microsoft.com',
      'https://sts.windows.net',
    ],
    audience: 'api://AzureADTokenExchange',
  },
  AzureUSGovernment: {
    authorityHost: 'https://login.microsoftonline.us',
    aliases: ['https://login.usgovcloudapi.net'],
    audience: 'api://AzureADTokenExchangeUSGov',
  },
  AzureChinaCloud: {
    authorityHost: 'https://login.partner.microsoftonline.cn',
    aliases: ['https://login.chinacloudapi.cn'],
    audience: 'api://AzureADTokenExchangeChina',
  },
};

/** The cloud of that name in any case; undefined for others, such as AzureStack. */
export function toCloud(name: string): Cloud | undefined {
  return (Object.keys(clouds) as Cloud[]).find(
    (cloud) => cloud.toLowerCase() === name.toLowerCase(),
  );
}

/** The origin under which an authority host is known best. */
export function toPreferredAuthority(origin: string): string {
  const known = Object.values(clouds).find((cloud) => cloud.aliases.includes(origin));
  return known?.authorityHost ?? origin;
}
