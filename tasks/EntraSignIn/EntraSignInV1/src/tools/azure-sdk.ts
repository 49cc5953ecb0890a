import { files } from '../session/files.ts';
import type { Tool } from './tool.ts';

/**
 * The Azure SDKs and whatever reads a federated token file as they do. They read the file again after 5 minutes
 * (JavaScript, .NET) or 10 (Go, Python).
 */
export const azureSdk: Tool = {
  name: 'azureSdk',
  usesAzureDevOps: false,
  // EnvironmentCredential stands before WorkloadIdentityCredential in DefaultAzureCredential's chain.
  rivals: [
    'AZURE_CLIENT_SECRET',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'AZURE_USERNAME',
    'AZURE_PASSWORD',
    'AZURE_TOKEN_CREDENTIALS',
  ],
  setUp: ({ connection, tenantId, folder }) => ({
    variables: [
      { name: 'AZURE_CLIENT_ID', value: connection.clientId },
      { name: 'AZURE_TENANT_ID', value: tenantId },
      { name: 'AZURE_AUTHORITY_HOST', value: `${connection.authorityHost}/` },
      { name: 'AZURE_FEDERATED_TOKEN_FILE', value: `${folder}/${files.assertion}` },
      ...(connection.subscriptionId === undefined
        ? []
        : [{ name: 'AZURE_SUBSCRIPTION_ID', value: connection.subscriptionId }]),
    ],
  }),
  describe: () =>
    'DefaultAzureCredential is this identity in every later step, even in one that signs in as another',
};
