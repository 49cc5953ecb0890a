/**
 * What to do about each error, in words for the person who reads the log. The keys are the public
 * codes: stable within a major version, a heading each in docs/troubleshooting.md.
 */
export const remedies = {
  // Inputs of the step
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

  // The service connection
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

  // The job
  JOB_TOKEN_MISSING:
    'Run the step on an agent of Azure Pipelines, version 3.232.1 or later. Every job brings its own token along; no setting is needed for it.',
  OIDC_ADDRESS_MISSING:
    'Run the step in a build or release job of Azure DevOps Services. Azure DevOps Server has no Workload Identity Federation.',
  OIDC_ADDRESS_FOREIGN:
    "Remove whatever sets this variable in the pipeline, its variable groups or the environment of the agent. The job's own token is sent only to the organization that the job belongs to.",

  // The network
  NETWORK_NAME_NOT_RESOLVED:
    "Check the DNS of the agent's machine. If the agent reaches the internet only through a proxy, give the agent its address (config --proxyurl, or HTTPS_PROXY).",
  NETWORK_UNREACHABLE:
    'Allow the agent to reach this host on port 443, in the firewall or through the proxy. The page linked below lists all hosts.',
  NETWORK_CONNECTION_LOST:
    'Run the job again. If it happens often, look for a firewall or proxy that cuts connections to this host.',
  NETWORK_TIMEOUT:
    'Run the job again. If it happens always, look for a firewall that drops packets to this host instead of refusing them.',
  TIME_LIMIT_REACHED:
    'Run the job again, and check the state of the service at https://status.dev.azure.com and https://azure.status.microsoft.',
  PROXY_INVALID:
    "Correct the agent's proxy setting (config --proxyurl) or HTTPS_PROXY: http://host:port or https://host:port.",
  PROXY_AUTHENTICATION_REQUIRED:
    "Give the agent the proxy's user name and password (config --proxyusername, --proxypassword), or correct them in HTTPS_PROXY.",
  PROXY_UNREACHABLE:
    "Check the address and port of the proxy in the agent's proxy setting (config --proxyurl) or HTTPS_PROXY, and that the agent's machine reaches it.",
  PROXY_FAILED: 'Run the job again. If it stays, check that the proxy itself can reach the host.',
  PROXY_REFUSED:
    "Allow the host in the proxy, or put it on the agent's bypass list (the file .proxybypass).",
  TLS_CERTIFICATE_UNTRUSTED:
    "If a proxy inspects TLS, give the agent the proxy's CA certificate (config --sslcacert <file>), or set NODE_EXTRA_CA_CERTS on the agent's machine. This task never turns certificate checks off.",
  TLS_CERTIFICATE_EXPIRED:
    "Check the clock of the agent's machine, then the certificate of the host or of the proxy in front of it.",
  TLS_HOST_MISMATCH:
    'Check DNS, the hosts file and the proxy of the agent: something else answers in the place of this host.',
  TLS_HANDSHAKE_FAILED:
    'Check that nothing between the agent and this host (firewall, TLS-inspecting proxy) breaks TLS 1.2 and 1.3.',
  CA_FILE_UNREADABLE:
    'Make the file readable for the account of the agent. In a container job, mount it into the container at the same path.',
  RESPONSE_TOO_LARGE:
    'Look at what answers for this host: a proxy or a sign-in page of the network may stand in between.',
  RESPONSE_UNREADABLE:
    'Run the job again. If it stays, look at the proxy or gateway between the agent and this host.',

  // Azure DevOps: the OIDC token
  OIDC_CONNECTION_NOT_REFERENCED:
    'Name the service connection directly in the input of this step, not by a variable that is set while the pipeline runs, and authorize the pipeline to use it.',
  OIDC_UNAUTHORIZED:
    "Run the job again: the job's own token may have expired in a very long job. If it stays, check that the pipeline may use the service connection.",
  OIDC_FORBIDDEN:
    'Authorize the pipeline: Project settings > Service connections > the service connection > Security > Pipeline permissions.',
  OIDC_NOT_FOUND:
    'Check that the service connection still exists in this project (a shared one: that it is still shared), and that the job was not cancelled.',
  OIDC_SIGN_IN_PAGE:
    'Run the job again. If it stays, check that no proxy removes headers from requests to this host.',
  OIDC_REQUEST_REJECTED:
    'Correct what the service names as the reason. If it names none, run the job again; its support finds the request by the x-vss-e2eid.',
  OIDC_RESPONSE_INVALID:
    'Run the job again. If it stays, look at the proxy or gateway between the agent and this host.',
  AZURE_DEVOPS_THROTTLED: 'Run the job again later; the organization makes too many requests.',
  AZURE_DEVOPS_UNAVAILABLE: 'Run the job again later; see https://status.dev.azure.com.',

  // Entra: the federated identity credential
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

  // Entra: the application and its tenant
  APPLICATION_NOT_FOUND:
    'Check the application (client) ID and the tenant ID of the service connection: the application may be deleted, or belong to another tenant. For another tenant (input tenantId), it must be multitenant and have a service principal there.',
  APPLICATION_DISABLED:
    'Enable it: Entra admin center > Enterprise applications > the application > Properties > Enabled for users to sign-in.',
  APPLICATION_NOT_SINGLE_TENANT:
    'Set the supported account types of the application to this organizational directory only (AzureADMyOrg), or use a user-assigned managed identity.',
  SERVICE_PRINCIPAL_MISSING:
    'Create the service principal in that tenant (az ad sp create --id <application (client) ID>), or let an administrator of the tenant consent to the application.',
  TENANT_NOT_FOUND:
    'Check the tenant ID of the service connection (or the input tenantId), and that the service connection is in the cloud of the tenant.',
  TENANT_IDENTIFIER_INVALID:
    'Write the GUID of the tenant, or one of its verified domain names, in the service connection (or in the input tenantId).',
  CLOUD_MISMATCH:
    'Create the service connection in the cloud that the tenant belongs to. An identity of one cloud cannot get access tokens in another.',
  CONDITIONAL_ACCESS_BLOCKED:
    'Ask the Entra administrator which Conditional Access policy for workload identities applies. Often the IP address of the agent is not in an allowed location.',

  // Entra: the assertion
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

  // Entra: the resource
  RESOURCE_NOT_FOUND:
    'Check the input resource. If it is right, the tenant has no service principal for it: an administrator creates it (az ad sp create --id <application (client) ID of the resource>).',
  RESOURCE_NOT_PERMITTED:
    'Add the resource to the API permissions of the application, and let an administrator grant consent.',
  SCOPE_INVALID:
    'Check the input resource: one application ID URI or application (client) ID. This task appends "/.default" itself.',

  // Entra: the rest
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

  // verify
  VERIFY_IDENTITY_NOT_IN_ORGANIZATION:
    'Add the identity: Organization settings > Users > Add users, search for the service principal by its name or object ID, and give it an access level and a project.',
  VERIFY_TENANT_MISMATCH:
    'Use an identity of the tenant that the organization is connected to (Organization settings > Microsoft Entra). A multitenant application with a service principal there can set the input tenantId instead.',
  VERIFY_CONDITIONAL_ACCESS:
    'Ask the Entra administrator which Conditional Access policy applies to Azure DevOps. Often the IP address of the agent is not in an allowed location.',
  VERIFY_ACCESS_DENIED:
    'Give the identity an access level (Organization settings > Users) and the permissions that it needs in the project.',
  VERIFY_ORGANIZATION_NOT_FOUND:
    'Check the name in the input organization: it is the first part of the path after dev.azure.com.',
  VERIFY_TOKEN_REFUSED:
    'Check that the identity is a member of the organization (Organization settings > Users), and that the organization is connected to the tenant of the access token (Organization settings > Microsoft Entra).',
  VERIFY_RESPONSE_INVALID:
    'Run the job again. If it stays, look at the proxy or gateway between the agent and this host.',

  INTERNAL_ERROR:
    'Report it as an issue of this project, with the code, the version of the task and the log of the step. It is a fault of the task.',
} as const satisfies Readonly<Record<string, string>>;
