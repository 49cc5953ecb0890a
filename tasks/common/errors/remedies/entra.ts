/** What to do about what Entra answers to the exchange. */
export const entraRemedies = {
  // The federated identity credential
  FEDERATION_ISSUER_MISMATCH:
    'Create or correct the federated identity credential: its issuer must be exactly that of the assertion. The federation report in the log of this step has the values and the command.',
  FEDERATION_SUBJECT_MISMATCH:
    'Create or correct the federated identity credential: its subject must be exactly that of the assertion. The federation report in the log of this step has the values and the command.',
  FEDERATION_SUBJECT_CASE_MISMATCH:
    'Correct the subject of the federated identity credential: upper and lower case must be those of the assertion. The federation report in the log of this step has the value.',
  FEDERATION_AUDIENCE_MISMATCH:
    'Correct the audience of the federated identity credential: it must be exactly that of the assertion. The federation report in the log of this step has the value.',
  FEDERATION_MISMATCH:
    'Compare the federated identity credential with the federation report in the log of this step: issuer, subject and audience must all be equal, upper and lower case included.',
  FEDERATION_CREDENTIAL_MISSING:
    'Add a federated identity credential; the federation report in the log of this step has the values and the command. A new one takes effect after a few minutes.',
  FEDERATION_BLOCKED_BY_TENANT:
    'Ask the Entra administrator to allow Workload Identity Federation for this application, or use a service connection with a user-assigned managed identity.',
  FEDERATION_ISSUER_NOT_ALLOWED:
    "Ask the Entra administrator to allow this Azure DevOps organization in the tenant's policy for federated identity credentials: its issuer, and the claims that its assertions lack.",

  // The application and its tenant
  APPLICATION_NOT_FOUND:
    'Check the application (client) ID and the tenant ID of the service connection: the application may be deleted, or belong to another tenant. For another tenant (input tenantId), it must be multitenant and have a service principal there.',
  APPLICATION_DISABLED:
    'Enable it: Entra admin center > Enterprise applications > the application > Properties > Enabled for users to sign-in.',
  APPLICATION_NOT_SINGLE_TENANT:
    'Set the supported account types of the application to this organizational directory only (AzureADMyOrg), or use a user-assigned managed identity.',
  APPLICATION_IS_PUBLIC_CLIENT:
    'Set Allow public client flows of the application to No (Entra admin center > App registrations > the application > Authentication), or use another application: a public client cannot prove who it is.',
  SERVICE_PRINCIPAL_MISSING:
    'Create the service principal in that tenant (az ad sp create --id <application (client) ID>), or let an administrator of the tenant consent to the application.',
  TENANT_NOT_FOUND:
    'Check the tenant ID of the service connection (or the input tenantId), and that the service connection is in the cloud of the tenant.',
  TENANT_IDENTIFIER_INVALID:
    'Write the GUID of the tenant, or one of its verified domain names, in the service connection (or in the input tenantId).',
  TENANT_RESTRICTED:
    "Ask who runs the proxy of the agent's network: it restricts the tenants that may be signed in to (the header Restrict-Access-To-Tenants), and the tenant of this service connection is not among them.",
  CLOUD_MISMATCH:
    'Create the service connection in the cloud that the tenant belongs to. An identity of one cloud cannot get access tokens in another.',
  CONDITIONAL_ACCESS_BLOCKED:
    'Ask the Entra administrator which Conditional Access policy for workload identities applies. Often the IP address of the agent is not in an allowed location.',

  // The assertion
  ASSERTION_EXPIRED:
    'Run the job again; a fresh assertion has been tried already. If it stays, look for a proxy that holds requests back or answers from a cache.',
  ASSERTION_SIGNATURE_INVALID:
    'Run the job again in some minutes: Entra may still have old keys of the issuer. A fresh assertion has been tried already.',
  ASSERTION_INVALID:
    'Run the job again; a fresh assertion has been tried already. If it stays, create the service connection anew.',
  ASSERTION_FROM_ENTRA:
    'Create the service connection anew, so that Azure DevOps issues an assertion which Entra accepts for federation.',
  ISSUER_UNREACHABLE:
    'Run the job again later: Entra could not read the keys of the issuer. See https://status.dev.azure.com and https://azure.status.microsoft.',

  // The resource
  RESOURCE_NOT_FOUND:
    'Check the input resource. If it is right, the tenant has no service principal for it: an administrator creates it (az ad sp create --id <application (client) ID of the resource>).',
  RESOURCE_DISABLED:
    'Ask the Entra administrator to enable the service principal of the resource (Entra admin center > Enterprise applications > the resource > Properties > Enabled for users to sign-in), or to say what replaces it.',
  ROLE_NOT_ASSIGNED:
    'Ask the Entra administrator to assign the application to the resource (an app role of it), or to set Assignment required to No under Enterprise applications > the resource > Properties.',
  RESOURCE_NOT_PERMITTED:
    'Add the resource to the API permissions of the application, and let an administrator grant consent.',
  SCOPE_INVALID:
    'Check the input resource: one application ID URI or application (client) ID. This task appends "/.default" itself.',

  // The rest
  CLIENT_SECRET_REFUSED:
    'Convert the service connection to Workload Identity Federation; then there is no secret that can expire.',
  ENTRA_THROTTLED:
    'Run the job again later; Entra limits the requests of this application or tenant.',
  ENTRA_UNAVAILABLE: 'Run the job again later; see https://azure.status.microsoft.',
  ENTRA_REQUEST_LOOP:
    'Look for a pipeline that asks for the same access token over and over, and use one step for the whole job.',
  ENTRA_REQUEST_REJECTED:
    'Do what the sentence of Entra asks for. The address after it explains the AADSTS number.',
  ENTRA_RESPONSE_INVALID:
    'Run the job again. If it stays, look at the proxy or gateway between the agent and this host.',
} as const;
