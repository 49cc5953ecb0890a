import type { OidcAddress } from './request-assertion.ts';

/**
 * The address of a job's OIDC endpoint; where the job names none, the one that the REST reference gives
 * (learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create).
 */
export function toOidcUrl(address: OidcAddress): URL {
  if (address.kind === 'request-uri') return address.url;
  const { collectionUrl, projectId, hub, planId, jobId } = address;
  const [project, hubName, plan, job] = [projectId, hub, planId, jobId].map(encodeURIComponent);
  return new URL(
    `${collectionUrl.href.replace(/\/$/, '')}/${project}/_apis/distributedtask/hubs/${hubName}/plans/${plan}/jobs/${job}/oidctoken`,
  );
}
