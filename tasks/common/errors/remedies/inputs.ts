/** What to do about what is wrong with an input of a step. */
export const inputsRemedies = {
  CONNECTION_MISSING:
    'Name a service connection in this input, or change connectionType if the service connection is of the other kind.',
  CONNECTION_TYPE_INVALID:
    'Write azureRM for an Azure Resource Manager service connection, azureDevOps for an Azure DevOps service connection.',
  RESOURCE_UNKNOWN:
    'Use one of the presets, or the application ID URI or application (client) ID that the documentation of the API names.',
  RESOURCE_INVALID:
    'Name one resource. For access tokens for several resources, use the step once for each.',
  RESOURCE_NOT_IN_CLOUD:
    'Use a service connection of a cloud that has the preset, or write the application ID URI that the resource has in this cloud.',
  TENANT_ID_INVALID:
    'Leave tenantId empty to use the tenant of the service connection, or write the GUID that the Entra admin center shows under Overview > Tenant ID.',
  VARIABLE_NAME_INVALID: 'Choose another variableName, for example EntraToken.',
  VARIABLE_NAME_RESERVED: 'Choose another variableName, for example EntraToken.',
  VARIABLE_NAME_DANGEROUS: 'Choose another variableName, for example EntraToken.',
  VARIABLE_NOT_DEFINED:
    'Define the variable, link its variable group, or correct its name. To use a variable of another job, map it from dependencies.<job>.outputs first.',
  BOOLEAN_INVALID: 'Write true or false.',
  VERIFY_NEEDS_AZURE_DEVOPS: 'Set verify to false, or resource to azureDevOps.',
  ORGANIZATION_INVALID:
    'Leave organization empty to call the organization of this pipeline, or correct it.',
} as const;
