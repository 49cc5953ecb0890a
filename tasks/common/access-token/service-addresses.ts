import type { Preset } from './presets.ts';

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
export function toMeantPreset(id: string): Preset | undefined {
  const url = URL.canParse(id) ? new URL(id) : undefined;
  const isBelow = url !== undefined && url.pathname.length > 1;
  return serviceAddresses.find(
    ({ host, below }) => host.test(url?.hostname ?? '') && (below === undefined || isBelow),
  )?.preset;
}
