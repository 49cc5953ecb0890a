/**
 * What to do about each error, in words for the person who reads the log. The keys are the public
 * codes: stable within a major version, a heading each in docs/troubleshooting.md.
 */
export const remedies = {
  // Inputs of the step
  CONNECTION_MISSING:
    'Name the service connection in this input, or change connectionType if it is of the other kind.',
  CONNECTION_TYPE_INVALID:
    'Use azureRM for an Azure Resource Manager connection, azureDevOps for an Azure DevOps connection.',
  RESOURCE_UNKNOWN:
    'Use one of the presets, or give the application ID URI or application (client) id that the API documents.',
  RESOURCE_INVALID:
    'Name one resource. For tokens for several resources, use the step once for each.',
  RESOURCE_NOT_IN_CLOUD:
    "Use a service connection of a cloud that has the preset, or give the resource's application ID URI in that cloud.",
  TENANT_ID_INVALID:
    "Leave tenantId empty for the service connection's own tenant, or give the GUID that the Entra admin center shows under Overview.",
  VARIABLE_NAME_INVALID: 'Choose another variableName, for example EntraToken.',
  VARIABLE_NAME_RESERVED: 'Choose another variableName, for example EntraToken.',
  VARIABLE_NAME_DANGEROUS: 'Choose another variableName, for example EntraToken.',
  VARIABLE_NOT_DEFINED:
    'Define the variable, link its variable group, or correct its name. A variable of another job needs dependencies.<job>.outputs.',
  BOOLEAN_INVALID: 'Write true or false.',
  VERIFY_NEEDS_AZURE_DEVOPS: 'Set verify to false, or resource to azureDevOps.',
  ORGANIZATION_INVALID:
    'Leave organization empty for the organization of this pipeline, or correct it.',

  // The service connection
  CONNECTION_NOT_FOUND:
    'Check that connectionType fits the kind of the connection and that the connection still exists. A connection that is named by a variable must have its value when the pipeline is queued.',
  CONNECTION_USES_SECRET:
    'Convert it: Project settings > Service connections > the connection > Convert (or Edit > Convert to Workload Identity Federation). Pipelines that use it need no change.',
  CONNECTION_USES_CERTIFICATE:
    'Create a new Azure Resource Manager connection with Workload Identity Federation for the same application and use it here; a connection with a certificate cannot be converted in place.',
  CONNECTION_USES_MANAGED_IDENTITY:
    'Create a new connection: Project settings > Service connections > New > Azure Resource Manager > Managed identity or App registration, with the credential Workload Identity Federation.',
  CONNECTION_SCHEME_UNSUPPORTED:
    'Use an Azure Resource Manager or Azure DevOps connection whose credential is Workload Identity Federation.',
  CONNECTION_INVALID:
    'Open the connection under Project settings > Service connections, correct and save it, or create it anew.',

  // The job
  JOB_TOKEN_MISSING:
    'Run the step on an agent of Azure Pipelines, version 3.232.1 or later; the job brings its own token along and needs no setting for it.',
  OIDC_ADDRESS_MISSING:
    'Run the step in a build or release job of Azure DevOps Services; Azure DevOps Server offers no Workload Identity Federation.',
  OIDC_ADDRESS_FOREIGN:
    "Remove whatever sets System.OidcRequestUri or System.CollectionUri in this pipeline. The job's own token is only sent to the organization that the job belongs to.",

  // The network
  NETWORK_NAME_NOT_RESOLVED:
    "Check the agent's DNS and, if it reaches the internet through a proxy only, the agent's proxy setting (config --proxyurl, or HTTPS_PROXY).",
  NETWORK_UNREACHABLE:
    'Allow the agent to connect to this host on port 443 (firewall, proxy). The hosts are listed in docs/troubleshooting.md.',
  NETWORK_CONNECTION_LOST:
    'Run the job again. If it happens often, look for a firewall or proxy that cuts connections to this host.',
  NETWORK_TIMEOUT:
    'Run the job again. If it happens always, a firewall may be dropping packets to this host instead of refusing them.',
  TIME_LIMIT_REACHED:
    'Run the job again, and check the state of the service at https://status.dev.azure.com and https://azure.status.microsoft.',
  PROXY_INVALID:
    "Correct the agent's proxy setting (config --proxyurl) or HTTPS_PROXY: http://host:port or https://host:port.",
  PROXY_AUTHENTICATION_REQUIRED:
    "Give the agent the proxy's user name and password (config --proxyusername, --proxypassword), or correct them in HTTPS_PROXY.",
  PROXY_FAILED: 'Run the job again; if it stays, check that the proxy itself can reach the host.',
  PROXY_REFUSED: 'Allow the host in the proxy, or put it on the bypass list of the agent.',
  TLS_CERTIFICATE_UNTRUSTED:
    "If a company proxy opens TLS connections, give the agent its CA (config --sslcacert <file>) or set NODE_EXTRA_CA_CERTS on the agent's machine. This task never turns certificate checks off.",
  TLS_CERTIFICATE_EXPIRED:
    "Check the clock of the agent's machine, then the certificate of the host or of the proxy in front of it.",
  TLS_HOST_MISMATCH:
    'Something else answers in the place of this host: check DNS, the hosts file and the proxy of the agent.',
  TLS_HANDSHAKE_FAILED:
    'Check that nothing between the agent and this host (firewall, TLS-inspecting proxy) breaks TLS 1.2 and 1.3.',
  CA_FILE_UNREADABLE:
    "Make the file readable for the agent's account; in a container job, mount it into the container at the same path, or set NODE_EXTRA_CA_CERTS there.",
  RESPONSE_TOO_LARGE:
    'Look at what answers for this host: a proxy or captive portal may stand in between.',
  RESPONSE_UNREADABLE:
    'Run the job again; if it stays, look at the proxy or gateway between the agent and this host.',

  // Azure DevOps: the OIDC token
  OIDC_CONNECTION_NOT_REFERENCED:
    'Name the service connection directly in the input of this step, not by a variable that is set while the pipeline runs, and authorize the pipeline to use it.',
  OIDC_UNAUTHORIZED:
    'Run the job again: its token may have expired in a very long job. If it stays, check that the job still runs and the pipeline may use the connection.',
  OIDC_FORBIDDEN:
    'Authorize the pipeline for the connection: Project settings > Service connections > the connection > Security > Pipeline permissions.',
  OIDC_NOT_FOUND:
    'Check that the service connection still exists in this project (a shared one: that it is still shared) and that the job was not cancelled.',
  OIDC_SIGN_IN_PAGE:
    "Check that no proxy changes requests to this host, and that the organization's policies allow the pipeline's identity.",
  OIDC_REQUEST_REJECTED: 'Follow what the service says; it names the reason.',
  OIDC_RESPONSE_INVALID:
    'Run the job again; if it stays, look at the proxy or gateway between the agent and this host.',
  AZURE_DEVOPS_THROTTLED: 'Run the job again later; the organization makes too many requests.',
  AZURE_DEVOPS_UNAVAILABLE: 'Run the job again later; see https://status.dev.azure.com.',

  // Entra: the federated identity credential
  FEDERATION_ISSUER_MISMATCH:
    'Make the issuer of a federated identity credential of the application equal to the one that the assertion carries.',
  FEDERATION_SUBJECT_MISMATCH:
    'Make the subject of a federated identity credential of the application equal to the one that the assertion carries.',
  FEDERATION_SUBJECT_CASE_MISMATCH:
    'Write the subject in the federated identity credential with exactly the upper and lower case of the assertion.',
  FEDERATION_AUDIENCE_MISMATCH:
    'Make the audience of the federated identity credential equal to the one that the assertion carries.',
  FEDERATION_MISMATCH:
    'Compare issuer, subject and audience of the federated identity credential with the assertion; all three must be equal, upper and lower case included.',
  FEDERATION_CREDENTIAL_MISSING:
    'Add a federated identity credential to the application or managed identity. A new one needs a minute or two to take effect.',
  FEDERATION_BLOCKED_BY_TENANT:
    'Ask the Entra administrator to allow workload identity federation for this application, or use a managed identity.',
  FEDERATION_ISSUER_NOT_ALLOWED:
    "Ask the Entra administrator to allow this Azure DevOps organization as an issuer in the tenant's policy for federated identity credentials.",

  // Entra: the application and its tenant
  APPLICATION_NOT_FOUND:
    "Check the service connection's application (client) id and tenant id: the application may be deleted or belong to another tenant.",
  APPLICATION_DISABLED:
    'Enable it: Entra admin center > Enterprise applications > the application > Properties > Enabled for users to sign-in.',
  APPLICATION_NOT_SINGLE_TENANT:
    'Set the application to "Accounts in this organizational directory only" (AzureADMyOrg), or use a managed identity.',
  SERVICE_PRINCIPAL_MISSING:
    'Create the service principal in that tenant (az ad sp create --id <application id>), or let an administrator of the tenant consent to the application.',
  TENANT_NOT_FOUND:
    "Check the tenant id of the service connection (or the input tenantId) and that the connection's cloud is the tenant's cloud.",
  TENANT_IDENTIFIER_INVALID:
    "Give the tenant's GUID or a verified domain name in the service connection (or in the input tenantId).",
  CLOUD_MISMATCH:
    'Create the service connection in the cloud that the tenant belongs to; an identity of one cloud cannot get tokens in another.',
  CONDITIONAL_ACCESS_BLOCKED:
    "Ask the Entra administrator which Conditional Access policy for workload identities applies; often the agent's IP address is not an allowed location.",

  // Entra: the assertion
  ASSERTION_EXPIRED:
    "Check the clock of the agent's machine. A fresh assertion has been tried already.",
  ASSERTION_SIGNATURE_INVALID:
    'Run the job again: Entra may still have old keys of the issuer. A fresh assertion has been tried already.',
  ASSERTION_INVALID:
    'Run the job again. A fresh assertion has been tried already; if it stays, create the service connection anew.',
  ASSERTION_FROM_ENTRA:
    'Create the service connection anew, so that Azure DevOps issues an assertion which Entra accepts for federation.',
  ISSUER_UNREACHABLE:
    'Run the job again later: Entra could not read the keys of the issuer. See https://status.dev.azure.com.',

  // Entra: the resource
  RESOURCE_NOT_FOUND:
    'Check the input resource. If it is right, the tenant has no service principal for it: an administrator creates it (az ad sp create --id <application id of the resource>).',
  RESOURCE_NOT_PERMITTED:
    'Add the resource to the API permissions of the application and let an administrator consent.',
  SCOPE_INVALID:
    'Check the input resource: one application ID URI or application (client) id; this task appends "/.default".',

  // Entra: the rest
  CLIENT_SECRET_REFUSED:
    'Convert the service connection to Workload Identity Federation; then there is no secret that could expire.',
  ENTRA_THROTTLED:
    'Run the job again later; Entra limits the requests of this application or tenant.',
  ENTRA_UNAVAILABLE: 'Run the job again later; see https://azure.status.microsoft.',
  ENTRA_REQUEST_LOOP:
    'Look for a pipeline that asks for the same token over and over, and use one step for a whole job.',
  ENTRA_REQUEST_REJECTED:
    'Look the number up at https://login.microsoftonline.com/error and follow what Entra says.',
  ENTRA_RESPONSE_INVALID:
    'Run the job again; if it stays, look at the proxy or gateway between the agent and this host.',

  // verify
  VERIFY_IDENTITY_NOT_IN_ORGANIZATION:
    'Add the identity: Organization settings > Users > Add users, search for the application by name or object id, and give it an access level and a project.',
  VERIFY_TENANT_MISMATCH:
    'Use an identity of the tenant that the organization is connected to (Organization settings > Microsoft Entra), or set tenantId.',
  VERIFY_CONDITIONAL_ACCESS:
    "Ask the Entra administrator which Conditional Access policy applies to Azure DevOps; often the agent's IP address is not an allowed location.",
  VERIFY_ACCESS_DENIED:
    'Give the identity an access level (Organization settings > Users) and the permissions it needs in the project.',
  VERIFY_ORGANIZATION_NOT_FOUND: 'Check the name in the input organization.',
  VERIFY_TOKEN_REFUSED:
    'Check that the identity is a member of the organization (Organization settings > Users) and that the organization allows access by service principals.',
  VERIFY_RESPONSE_INVALID:
    'Run the job again; if it stays, look at the proxy or gateway between the agent and this host.',

  INTERNAL_ERROR:
    'This is a fault of the task. Please report it with the code, the version of the task and the log (it holds no token).',
} as const satisfies Readonly<Record<string, string>>;
