/** How Entra answers one AADSTS code. */
export interface AadstsEntry {
  /** The OAuth `error`. */
  readonly error: string;
  readonly status: number;
  /** Text after `AADSTS<code>: `; `{name}` is taken from the request. */
  readonly text: string;
  readonly suberror?: string;
  /**
   * What of the entry is an assumption: the `text` where no verbatim copy was found, the `wire`
   * (error and status) where only the text is known. Absent where public reports agree.
   */
  readonly assumed?: 'text' | 'wire' | 'both';
}

const learn = 'https://learn.microsoft.com/entra';
const federationAdvice =
  'Check your federated identity credential Subject, Audience and Issuer against the presented assertion. ' +
  `${learn}/workload-id/workload-identity-federation`;
const noRecord = 'No matching federated identity record found for presented assertion';
const notFound =
  "Application with identifier '{clientId}' was not found in the directory '{tenantName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.";

/**
 * The catalogue of Entra's refusals, one place for code, status and words.
 *
 * Federation failures are 401 `invalid_client` in reports of 2024 and later, 70021 was 400
 * `invalid_request` in those of 2022. The statuses of the rest follow the documented rule (400, and
 * 401 for `invalid_client`); none was observed live. Entra declares that its texts may change.
 */
export const aadsts: Readonly<Record<number, AadstsEntry>> = {
  // The assertion does not fit the federated identity credentials.
  70021: {
    error: 'invalid_request',
    status: 400,
    text: `${noRecord}. Assertion Issuer: '{issuer}'. Assertion Subject: '{subject}'. Assertion Audience: '{audience}'. ${learn}/workload-id/workload-identity-federation`,
  },
  700211: {
    error: 'invalid_client',
    status: 401,
    text: `${noRecord} issuer '{issuer}'. ${federationAdvice}`,
  },
  700212: {
    error: 'invalid_client',
    status: 401,
    text: `${noRecord} audience '{audience}'. ${federationAdvice}`,
  },
  7002121: {
    error: 'invalid_client',
    status: 401,
    text: `${noRecord} audience '{audience}'. The audience matches with case-insensitive comparison, but not with case-sensitive comparison. ${federationAdvice}`,
    assumed: 'both',
  },
  700213: {
    error: 'invalid_client',
    status: 401,
    text: `${noRecord} subject '{subject}'. ${federationAdvice}`,
  },
  7002138: {
    error: 'invalid_client',
    status: 401,
    text: `${noRecord} subject '{subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. ${federationAdvice}`,
  },
  70025: {
    error: 'invalid_client',
    status: 401,
    text: "The client '{clientId}'({appName}) has no configured federated identity credentials.",
  },
  70052: {
    error: 'invalid_client',
    status: 401,
    text: 'The identity must be a managed identity, a single tenant app, or a service account.',
    assumed: 'wire',
  },
  // Policies.
  53003: {
    error: 'invalid_grant',
    status: 400,
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    suberror: 'message_only',
    assumed: 'wire',
  },
  700223: {
    error: 'invalid_client',
    status: 401,
    text: "Workload identity federation is disabled for applications registered in tenant '{tenant}'.",
    assumed: 'both',
  },
  700238: {
    error: 'invalid_client',
    status: 401,
    text: "Federated identity credentials issued by '{issuer}' are not allowed for applications or managed identities registered in this tenant.",
    assumed: 'both',
  },
  7002381: {
    error: 'invalid_client',
    status: 401,
    text: "Federated identity credentials issued by '{issuer}' for applications or managed identities registered in this tenant must contain the '{claim}' claim with one of the allowed values.",
    assumed: 'both',
  },
  // The assertion itself.
  700024: {
    error: 'invalid_client',
    status: 401,
    text: `Client assertion is not within its valid time range. Current time: {now}, assertion valid from {validFrom}, expiry time of assertion {expiresOn}. Review the documentation at ${learn}/identity-platform/certificate-credentials .`,
  },
  700027: {
    error: 'invalid_client',
    status: 401,
    text: "Client assertion contains an invalid signature. [Reason - The key was not found., Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{clientId}'.]",
    assumed: 'text',
  },
  700222: {
    error: 'invalid_client',
    status: 401,
    text: 'AAD-issued tokens may not be used for federated identity flows.',
  },
  700231: {
    error: 'invalid_client',
    status: 401,
    text: 'Token obtained using another federated identity credential may not be used as federated identity credential.',
    assumed: 'wire',
  },
  50013: {
    error: 'invalid_grant',
    status: 400,
    text: 'Assertion failed signature validation. [Reason - The key was not found.]',
    assumed: 'wire',
  },
  500133: {
    error: 'invalid_grant',
    status: 400,
    text: 'Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {now}, expiry time of assertion {expiresOn}.',
    assumed: 'wire',
  },
  50027: {
    error: 'invalid_request',
    status: 400,
    text: 'JWT token is invalid or malformed.',
    assumed: 'both',
  },
  50166: {
    error: 'invalid_request',
    status: 400,
    text: 'Request to External OIDC endpoint failed.',
    assumed: 'wire',
  },
  // The same sentence under another number.
  90061: {
    error: 'invalid_request',
    status: 400,
    text: 'Request to External OIDC endpoint failed.',
    assumed: 'wire',
  },
  // From the published list, which has the descriptions only: the wire form is assumed.
  90019: {
    error: 'invalid_request',
    status: 400,
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
    assumed: 'both',
  },
  50002: {
    error: 'invalid_request',
    status: 400,
    text: 'Sign-in failed because of a restricted proxy access on the tenant.',
    assumed: 'both',
  },
  500021: {
    error: 'access_denied',
    status: 403,
    text: "Access to '{tenant}' tenant is denied.",
    assumed: 'wire',
  },
  500022: {
    error: 'access_denied',
    status: 403,
    text: "Access to '{tenant}' tenant is denied.",
    assumed: 'wire',
  },
  1000104: {
    error: 'invalid_request',
    status: 400,
    text: "Resource cloud {cloud} isn't allowed on identity tenant {tenant}.",
    assumed: 'both',
  },
  50131: {
    error: 'access_denied',
    status: 400,
    text: 'Device is not in required device state, or the request was blocked due to suspicious activity, access policy, or security policy decisions.',
    assumed: 'both',
  },
  50012: {
    error: 'invalid_client',
    status: 401,
    text: 'Authentication failed. Client assertion contains an invalid signature.',
    assumed: 'both',
  },
  50001: {
    error: 'invalid_resource',
    status: 400,
    text: "The resource is disabled or doesn't exist.",
    assumed: 'both',
  },
  650054: {
    error: 'invalid_resource',
    status: 400,
    text: 'The application asked for permissions to access a resource that has been removed or is no longer available.',
    assumed: 'both',
  },
  650052: {
    error: 'invalid_client',
    status: 400,
    text: 'The app needs access to a service that your organization has not subscribed to or enabled.',
    assumed: 'both',
  },
  650056: {
    error: 'invalid_client',
    status: 400,
    text: 'Misconfigured application. The client has not listed any permissions in its application registration, or the admin has not consented in the tenant.',
    assumed: 'both',
  },
  50033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: 'A transient error has occurred. Please try again.',
    assumed: 'both',
  },
  // The application.
  700025: {
    error: 'invalid_client',
    status: 401,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    assumed: 'wire',
  },
  // The resource, and who may use it.
  500014: {
    error: 'invalid_resource',
    status: 400,
    text: "The service principal for resource '{resource}' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.",
    assumed: 'wire',
  },
  50105: {
    error: 'invalid_grant',
    status: 400,
    text: "Your administrator has configured the application {appName} ('{clientId}') to block users unless they are specifically granted ('assigned') access to the application.",
    assumed: 'wire',
  },
  700016: { error: 'unauthorized_client', status: 400, text: notFound },
  700011: { error: 'unauthorized_client', status: 400, text: notFound, assumed: 'both' },
  7000229: {
    error: 'invalid_client',
    status: 401,
    text: 'The client application {clientId} is missing service principal in the tenant {tenant}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119',
  },
  7000112: {
    error: 'unauthorized_client',
    status: 400,
    text: "Application '{clientId}'({appName}) is disabled.",
    assumed: 'wire',
  },
  70001: {
    error: 'unauthorized_client',
    status: 400,
    text: "The application '{clientId}' is disabled.",
    assumed: 'both',
  },
  7000215: {
    error: 'invalid_client',
    status: 401,
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{clientId}'.",
  },
  7000222: {
    error: 'invalid_client',
    status: 401,
    text: "The provided client secret keys for app '{clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
  },
  7000218: {
    error: 'invalid_client',
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  50034: {
    error: 'invalid_grant',
    status: 400,
    text: 'The user account {appName} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
    assumed: 'wire',
  },
  530004: {
    error: 'invalid_grant',
    status: 400,
    text: "AcceptCompliantDevice setting isn't configured for this organization. The admin needs to configure this setting to allow guest user access to protected resources.",
    assumed: 'wire',
  },
  // The tenant and the cloud.
  90002: {
    error: 'invalid_request',
    status: 400,
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  900023: {
    error: 'invalid_request',
    status: 400,
    text: "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
  },
  90038: {
    error: 'invalid_request',
    status: 400,
    text: "Specified tenant identifier '{tenant}' belongs to the National Cloud '{tenantCloud}'. Current cloud instance '{cloud}' does not federate with {tenantCloud}.",
    assumed: 'both',
  },
  900382: {
    error: 'invalid_request',
    status: 400,
    text: 'Confidential Client is not supported in Cross Cloud request.',
    assumed: 'wire',
  },
  900432: {
    error: 'invalid_request',
    status: 400,
    text: 'Confidential Client is not supported in Cross Cloud request.',
    assumed: 'wire',
  },
  50194: {
    error: 'invalid_request',
    status: 400,
    text: "Application '{clientId}'({appName}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
    assumed: 'wire',
  },
  // The scope and the resource.
  500011: {
    error: 'invalid_resource',
    status: 400,
    text: 'The resource principal named {resource} was not found in the tenant named {tenantName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
  },
  650057: {
    error: 'invalid_resource',
    status: 400,
    text: "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {clientId}({appName}). Resource value from request: {resource}. Resource app ID: {resource}. List of valid resources from app registration: .",
    assumed: 'wire',
  },
  70011: {
    error: 'invalid_scope',
    status: 400,
    text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.",
  },
  1002012: {
    error: 'invalid_scope',
    status: 400,
    text: 'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
  28000: {
    error: 'invalid_request',
    status: 400,
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
    assumed: 'wire',
  },
  28002: {
    error: 'invalid_request',
    status: 400,
    text: "Provided value for the input parameter scope '{scope}' is not valid when requesting an access token. Please specify a valid scope.",
    assumed: 'wire',
  },
  28003: {
    error: 'invalid_request',
    status: 400,
    text: "Provided value for the input parameter scope can't be empty when requesting an access token using the provided authorization code. Please specify a valid scope.",
    assumed: 'wire',
  },
  901002: {
    error: 'invalid_request',
    status: 400,
    text: "The 'resource' request parameter is not supported.",
    assumed: 'wire',
  },
  // The form.
  900144: {
    error: 'invalid_request',
    status: 400,
    text: "The request body must contain the following parameter: '{parameter}'.",
  },
  90014: {
    error: 'invalid_request',
    status: 400,
    text: "The required field '{parameter}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  },
  900561: {
    error: 'invalid_request',
    status: 400,
    text: 'The endpoint only accepts POST requests. Received a {method} request.',
    assumed: 'wire',
  },
  70003: {
    error: 'unsupported_grant_type',
    status: 400,
    text: "The app requested an unsupported grant type '{grantType}'.",
    assumed: 'wire',
  },
  70002: {
    error: 'invalid_client',
    status: 401,
    text: "Error validating credentials. The client assertion type '{assertionType}' is not supported.",
    assumed: 'both',
  },
  // Throttling and outage.
  50196: {
    error: 'invalid_grant',
    status: 400,
    text: 'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
    assumed: 'wire',
  },
  90006: transient('The service is temporarily unavailable. Please retry later.'),
  90012: transient('The request has timed out.'),
  90024: transient(
    'The request budget was exceeded. A transient error occurred. Please try again.',
  ),
  90033: transient('A transient error has occurred. Please try again.'),
  90055: {
    error: 'temporarily_unavailable',
    status: 429,
    text: 'Server is too busy to handle the request: the tenant exceeded its request limit.',
    assumed: 'both',
  },
  90090: transient('A transient error has occurred in the graph service. Please try again.'),
};

function transient(text: string): AadstsEntry {
  return { error: 'temporarily_unavailable', status: 503, text, assumed: 'both' };
}
