import { toCloud, type Cloud } from '../../../../common/service-connection/clouds.ts';
import { paths, toAddress } from '../session/endpoint.ts';
import type { Tool } from './tool.ts';

/** The clouds as `ARM_ENVIRONMENT` names them (go-azure-sdk `sdk/environments`). */
const environments: Readonly<Record<Cloud, string>> = {
  AzureCloud: 'public',
  AzureUSGovernment: 'usgovernment',
  AzureChinaCloud: 'china',
};

/**
 * Terraform and OpenTofu: the providers and the azurerm backend ask the keeper for a fresh assertion whenever they
 * need one. A static `ARM_OIDC_TOKEN` would be read once and win over that.
 */
export const terraform: Tool = {
  name: 'terraform',
  usesAzureDevOps: false,
  rivals: [
    'ARM_CLIENT_SECRET',
    'ARM_CLIENT_SECRET_FILE_PATH',
    'ARM_CLIENT_CERTIFICATE',
    'ARM_CLIENT_CERTIFICATE_PATH',
    'ARM_OIDC_TOKEN',
    'ARM_OIDC_TOKEN_FILE_PATH',
    'ARM_USE_AKS_WORKLOAD_IDENTITY',
    'ARM_USE_MSI',
    'ARM_ACCESS_KEY',
    'ARM_SAS_TOKEN',
    'AZDO_PERSONAL_ACCESS_TOKEN',
  ],
  setUp: ({ connection, tenantId, port, key }) => {
    const cloud = toCloud(connection.cloud);
    return {
      variables: [
        { name: 'ARM_USE_OIDC', value: 'true' },
        { name: 'ARM_CLIENT_ID', value: connection.clientId },
        { name: 'ARM_TENANT_ID', value: tenantId },
        ...(cloud === undefined ? [] : [{ name: 'ARM_ENVIRONMENT', value: environments[cloud] }]),
        { name: 'ARM_OIDC_REQUEST_URL', value: toAddress(port, paths.oidc) },
        { name: 'ARM_OIDC_REQUEST_TOKEN', value: key },
        ...(connection.subscriptionId === undefined
          ? []
          : [{ name: 'ARM_SUBSCRIPTION_ID', value: connection.subscriptionId }]),
      ],
    };
  },
  describe: () =>
    'the providers azurerm, azuread, azapi and azuredevops and the azurerm backend, with Terraform or OpenTofu',
};
