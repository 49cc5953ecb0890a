import { randomUUID } from 'node:crypto';
import type { JobIdentity } from '../contract.ts';
import { azureDevOpsError, wrappedString } from './azure-devops-error.ts';
import type { Federation, RegisteredConnection } from './connection-registry.ts';
import type { Gate } from './gate.ts';
import type { Organization } from './organization.ts';
import {
  jsonAnswer,
  readCredential,
  type ServiceAnswer,
  type ServiceRequest,
} from './service-request.ts';
import { signingKey } from './signing-keys.ts';

/** The route's values. */
export interface OidcRoute {
  readonly project: string;
  readonly hub: string;
  readonly planId: string;
  readonly jobId: string;
}

/** What the endpoint needs from Azure DevOps. */
export interface OidcEndpointOptions {
  readonly gate: Gate;
  readonly findJob: (token: string) => JobIdentity | undefined;
  readonly findConnection: (id: string) => RegisteredConnection | undefined;
  readonly onAssertion: (assertion: string) => void;
}

const newestVersion = 7.2;

/** Reads the route of an OIDC token request; undefined for any other path. */
export function parseOidcRoute(path: string): OidcRoute | undefined {
  const [, project, hub, planId, jobId] =
    /^\/([^/]+)\/_apis\/distributedtask\/hubs\/([^/]+)\/plans\/([^/]+)\/jobs\/([^/]+)\/oidctoken\/?$/i.exec(
      path,
    ) ?? [];
  if (!project || !hub || !planId || !jobId) return undefined;
  return { project: decodeURIComponent(project), hub, planId, jobId };
}

/** Answers `POST .../oidctoken` as the service does: refusals first, in its words. */
export async function answerOidcRequest(
  request: ServiceRequest,
  route: OidcRoute,
  organization: Organization,
  options: OidcEndpointOptions,
): Promise<ServiceAnswer> {
  if (request.method !== 'POST') {
    const text = `The requested resource does not support http method '${request.method}'.`;
    return jsonAnswer(405, { count: 1, value: { Message: text } });
  }
  const badVersion = checkVersion(request);
  if (badVersion) return badVersion;

  const token = request.headers['authorization']?.toLowerCase().startsWith('bearer ')
    ? readCredential(request)
    : undefined;
  const job = token === undefined ? undefined : options.findJob(token);
  if (job?.organization.toLowerCase() !== organization.name || !job) {
    return options.gate.refuseAnonymous(request, organization);
  }
  const refusal = checkRoute(route, job);
  if (refusal) return refusal;

  const id = request.url.searchParams.get('serviceConnectionId') ?? '';
  if (!/^[0-9a-f-]{36}$/i.test(id)) {
    // The real service answers with a token of the pipeline itself when the id is missing; a task
    // that asks for a connection's token never wants that, so it fails here.
    return azureDevOpsError(
      400,
      "The value specified for the following variable must be a valid GUID: 'serviceConnectionId'.",
      'VssPropertyValidationException',
    );
  }
  const found = options.findConnection(id);
  if (
    !job.referencedConnections.some((known) => known.toLowerCase() === id.toLowerCase()) ||
    !found
  ) {
    // 400 is inferred: Azure.Identity for .NET prints this body only when the status is not 200.
    return wrappedString(
      400,
      `There is no explicit reference to service connection ${id} from current stage Build.Job.__default.`,
    );
  }
  if (found.connection.authorization.scheme !== 'WorkloadIdentityFederation') {
    // Wording assumed.
    return azureDevOpsError(
      400,
      `Service connection ${id} does not use the workload identity federation scheme.`,
      'InvalidOperationException',
    );
  }
  const assertion = await signAssertion(found.federation);
  options.onAssertion(assertion);
  return jsonAnswer(200, { oidcToken: assertion });
}

/** Signs an assertion with the claims of a connection, valid for as long as it says or as asked. */
export async function signAssertion(
  federation: Federation,
  lifetimeSeconds = federation.lifetimeSeconds,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const isEntra = federation.issuer.startsWith('https://login.');
  const key = await signingKey(federation.signedBy ?? (isEntra ? 'entra' : 'azure-devops'));
  // A stranger's signature under the published key's id: what a forger would send.
  const kid = federation.signedBy === 'stranger' ? (await signingKey('entra')).kid : undefined;
  return key.sign(
    {
      jti: randomUUID(),
      sub: federation.subject,
      aud: federation.audience,
      iss: federation.issuer,
      nbf: now + federation.notBeforeSeconds,
      exp: now + lifetimeSeconds,
      iat: now,
      ...federation.claims,
    },
    kid,
  );
}

function checkVersion(request: ServiceRequest): ServiceAnswer | undefined {
  const accepted = /;\s*api-version=([^;,\s]+)/i.exec(request.headers['accept'] ?? '')?.[1];
  const version = request.url.searchParams.get('api-version') ?? accepted;
  if (version === undefined) {
    return azureDevOpsError(
      400,
      `No api-version was supplied for the "${request.method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
      'VssVersionNotSpecifiedException',
    );
  }
  const [, number] = /^(\d+\.\d+)(-preview(\.\d+)?)?$/.exec(version) ?? [];
  if (number !== undefined && Number(number) <= newestVersion) return undefined;
  return azureDevOpsError(
    400,
    `The requested REST API version of ${version} is out of range for this server. The latest REST API version this server supports is ${String(newestVersion)}.`,
    'VssVersionOutOfRangeException',
  );
}

function checkRoute(route: OidcRoute, job: JobIdentity): ServiceAnswer | undefined {
  if (![job.projectId, job.projectName].some((known) => isSame(known, route.project))) {
    return azureDevOpsError(
      404,
      `VS800075: The project with id 'vstfs:///Classification/TeamProject/${route.project}' does not exist, or you do not have permission to access it.`,
      'ProjectDoesNotExistException',
    );
  }
  // The next three wordings are assumed.
  if (!isSame(job.hub, route.hub)) {
    return azureDevOpsError(
      404,
      `No task hub found with name ${route.hub}.`,
      'TaskHubNotFoundException',
    );
  }
  if (!isSame(job.planId, route.planId)) {
    return azureDevOpsError(
      404,
      `No plan found for identifier ${route.planId}.`,
      'TaskOrchestrationPlanNotFoundException',
    );
  }
  if (!isSame(job.jobId, route.jobId)) {
    return azureDevOpsError(
      404,
      `No job found for identifier ${route.jobId}.`,
      'TaskOrchestrationJobNotFoundException',
    );
  }
  return undefined;
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
