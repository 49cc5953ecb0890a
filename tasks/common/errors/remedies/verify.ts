/** What to do about what Azure DevOps answers to verify. */
export const verifyRemedies = {
  VERIFY_IDENTITY_NOT_IN_ORGANIZATION:
    'Add the identity: Organization settings > Users > Add users, search for the service principal by its name or object ID, and give it an access level and a project. If it is a member, a Conditional Access policy by location or an IP policy of the organization may keep this agent out.',
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
} as const;
