/** What to do about what Azure DevOps answers to the request for the assertion. */
export const azureDevOpsRemedies = {
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
} as const;
