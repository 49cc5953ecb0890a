/** What to do about what is wrong with the service connection. */
export const serviceConnectionRemedies = {
  CONNECTION_NOT_FOUND:
    'Check that connectionType fits the kind of the service connection, and that it still exists. If a variable names the service connection, the variable must have its value when the pipeline is queued.',
  CONNECTION_USES_SECRET:
    'Convert it: Project settings > Service connections > the service connection > Convert. Pipelines that use it need no change. Where Convert is not offered (created by hand, or shared with other projects), create a new one with Workload Identity Federation.',
  CONNECTION_USES_CERTIFICATE:
    'Create a new Azure Resource Manager service connection with Workload Identity Federation for the same application, and name it in this step; one with a certificate cannot be converted.',
  CONNECTION_USES_MANAGED_IDENTITY:
    'Create a new one: Project settings > Service connections > New service connection > Azure Resource Manager, with the credential Workload Identity Federation. It works with an app registration and with a user-assigned managed identity.',
  CONNECTION_SCHEME_UNSUPPORTED:
    'Use an Azure Resource Manager or Azure DevOps service connection whose credential is Workload Identity Federation.',
  CONNECTION_INVALID:
    'Open it under Project settings > Service connections, correct it and save it; if that does not help, create it anew.',
} as const;
