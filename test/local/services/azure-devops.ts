import { randomUUID } from 'node:crypto';
import type { JobIdentity } from '../contract.ts';
import { anonymousId, azureDevOpsError, signInPage } from './azure-devops-error.ts';
import type { ConnectionRegistry } from './connection-registry.ts';
import { Gate, type Caller } from './gate.ts';
import type { IssuedSecrets } from './issued-secrets.ts';
import { answerOidcRequest, parseOidcRoute } from './oidc-endpoint.ts';
import type { Access, Organization } from './organization.ts';
import { parseOrganizationAddress } from './organization-address.ts';
import { resourceAreas, resourceLocations } from './resource-locations.ts';
import {
  htmlAnswer,
  jsonAnswer,
  type ServiceAnswer,
  type ServiceRequest,
} from './service-request.ts';
import { signingKey } from './signing-keys.ts';

/** What Azure DevOps needs from its surroundings. */
export interface AzureDevOpsOptions {
  readonly organizations: readonly Organization[];
  readonly registry: ConnectionRegistry;
  readonly issued: IssuedSecrets;
}

/** The local Azure DevOps Services: OIDC tokens, connection data and projects, behind a gate. */
export class AzureDevOps {
  /** Every host name of the service, release management and the token issuer included. */
  static readonly hosts = ['dev.azure.com', '*.dev.azure.com', '*.visualstudio.com'];

  readonly gate: Gate;
  readonly registry: ConnectionRegistry;
  readonly organizations: readonly Organization[];
  readonly #issued: IssuedSecrets;
  readonly #jobs = new Map<string, JobIdentity>();

  constructor(options: AzureDevOpsOptions) {
    this.organizations = options.organizations;
    this.registry = options.registry;
    this.#issued = options.issued;
    this.gate = new Gate({
      findOrganization: (name) => this.findOrganization(name),
      findJob: (token) => this.#jobs.get(token),
    });
  }

  /** Lets a job run: from now on its token is good. */
  startJob(job: JobIdentity): void {
    const organization = this.findOrganization(job.organization);
    if (!organization) throw new Error(`There is no organization ${job.organization}.`);
    if (!organization.projects.some(({ id }) => id === job.projectId)) {
      organization.projects.push({ id: job.projectId, name: job.projectName });
    }
    this.#jobs.set(job.accessToken, job);
    this.#issued.jobTokens.push(job.accessToken);
  }

  /** Ends a job: its token is no longer good. */
  endJob(job: JobIdentity): void {
    this.#jobs.delete(job.accessToken);
  }

  /** Finds an organisation by name. */
  findOrganization(name: string): Organization | undefined {
    return this.organizations.find((organization) => organization.name === name.toLowerCase());
  }

  /**
   * Changes what the service principal of a connection may do in an organisation (the main one by
   * default); undefined removes it (TF400813).
   */
  setAccess(connection: string, access: Access | undefined, organizationName?: string): void {
    const found = this.registry.find(connection);
    const objectId = found?.tenant.servicePrincipals.get(found.app.clientId);
    const organization = this.findOrganization(
      organizationName ?? this.organizations[0]?.name ?? '',
    );
    if (!objectId || !organization) throw new Error(`Nothing to change for ${connection}.`);
    if (access) organization.access.set(objectId, access);
    else organization.access.delete(objectId);
  }

  /** Answers a request to one of the service's hosts. */
  async handle(request: ServiceRequest): Promise<ServiceAnswer> {
    const answer = await this.#route(request);
    return { ...answer, headers: { ...this.#correlationHeaders(request), ...answer.headers } };
  }

  async #route(request: ServiceRequest): Promise<ServiceAnswer> {
    const { host, url, method } = request;
    if (host === 'vstoken.dev.azure.com') return this.#tokenIssuer(url);
    if (host.endsWith('.vssps.visualstudio.com') && url.pathname === '/_signin') {
      return htmlAnswer(200, signInPage);
    }
    const address = parseOrganizationAddress(host, url.pathname);
    const organization = address && this.findOrganization(address.organization);
    const oidcRoute = address && parseOidcRoute(address.path);
    if (organization && oidcRoute) {
      // Release management's host does not know the route.
      if (address.area !== 'core') return noController(url.pathname);
      return answerOidcRequest(request, oidcRoute, organization, {
        gate: this.gate,
        findJob: (token) => this.#jobs.get(token),
        findConnection: (id) => this.registry.find(id),
        onAssertion: (assertion) => void this.#issued.assertions.push(assertion),
      });
    }

    const admission = await this.gate.admit(request);
    if ('refusal' in admission) return admission.refusal;
    const { caller } = admission;
    if (address?.area !== 'core') return noController(url.pathname);
    const [, resource = ''] = /^\/_apis\/?([^?]*?)\/?$/i.exec(address.path) ?? [];
    if (method === 'OPTIONS' && /^\/_apis(\/[^/]*)?$/i.test(address.path)) {
      return resourceLocations(resource);
    }
    if (method === 'GET' && resource.toLowerCase() === 'connectiondata') {
      return connectionData(caller);
    }
    if (method === 'GET' && resource.toLowerCase() === 'resourceareas') {
      return resourceAreas(caller.organization.name);
    }
    if (method === 'GET' && resource.toLowerCase() === 'projects') return projects(caller);
    return noController(url.pathname);
  }

  async #tokenIssuer(url: URL): Promise<ServiceAnswer> {
    const [, id, document] =
      /^\/([^/]+)\/\.well-known\/(openid-configuration|jwks)$/.exec(url.pathname) ?? [];
    if (!this.organizations.some((organization) => organization.id === id)) {
      return noController(url.pathname);
    }
    const issuer = `https://vstoken.dev.azure.com/${id ?? ''}`;
    return document === 'jwks'
      ? jsonAnswer(200, { keys: [(await signingKey('azure-devops')).publicJwk] })
      : jsonAnswer(200, {
          issuer,
          jwks_uri: `${issuer}/.well-known/jwks`,
          subject_types_supported: ['public', 'pairwise'],
          response_types_supported: ['id_token'],
          id_token_signing_alg_values_supported: ['RS256'],
          scopes_supported: ['openid'],
        });
  }

  #correlationHeaders(request: ServiceRequest): Record<string, string> {
    const activityId = randomUUID();
    const address = parseOrganizationAddress(request.host, request.url.pathname);
    const organization = address && this.findOrganization(address.organization);
    return {
      activityid: activityId,
      'x-vss-e2eid': activityId,
      'x-tfs-session': request.headers['x-tfs-session'] ?? randomUUID(),
      'x-msedge-ref': `Ref A: ${randomUUID().replaceAll('-', '').toUpperCase()} Ref B: LOCAL Ref C: ${new Date().toISOString()}`,
      'x-tfs-processid': randomUUID(),
      ...(organization ? { 'x-vss-resourcetenant': organization.tenant.id } : {}),
    };
  }
}

function noController(path: string): ServiceAnswer {
  return azureDevOpsError(
    404,
    `The controller for path '${path}' was not found or does not implement IController.`,
    'HttpException',
    0,
  );
}

/** Shape as in azure-devops-node-api LocationsInterfaces.d.ts and IdentitiesInterfaces.d.ts. */
function connectionData(caller: Caller): ServiceAnswer {
  const { organization } = caller;
  const user = {
    id: caller.id,
    ...identityOf(caller),
    isActive: true,
    isContainer: false,
    metaTypeId: 2,
    resourceVersion: 2,
  };
  return jsonAnswer(200, {
    authenticatedUser: user,
    authorizedUser: user,
    instanceId: organization.id,
    deploymentId: organization.identityId('deployment'),
    deploymentType: 'hosted',
    locationServiceData: {
      serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
      defaultAccessMappingMoniker: 'PublicAccessMapping',
      lastChangeId: 1,
      lastChangeId64: 1,
    },
  });
}

function identityOf(caller: Caller): Record<string, unknown> {
  switch (caller.kind) {
    case 'service-principal':
      return {
        descriptor: `Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;${caller.tenantId ?? ''}\\${caller.objectId ?? ''}`,
        subjectDescriptor: `aadsp.${Buffer.from(caller.id).toString('base64url')}`,
        providerDisplayName: caller.clientId,
        properties: account(caller.objectId ?? ''),
      };
    case 'build-service':
      return {
        descriptor: `Microsoft.TeamFoundation.ServiceIdentity;${caller.organization.id}:Build:${caller.id}`,
        subjectDescriptor: `svc.${Buffer.from(caller.id).toString('base64url')}`,
        providerDisplayName: `Project Build Service (${caller.organization.name})`,
        properties: account(caller.id),
      };
    case 'anonymous':
      return {
        descriptor: `System:PublicAccess;${anonymousId}`,
        subjectDescriptor: `sys.${Buffer.from(anonymousId).toString('base64url')}`,
        providerDisplayName: 'Anonymous',
        properties: account('Anonymous'),
      };
    default:
      return caller.kind satisfies never;
  }
}

function account(value: string): unknown {
  return { Account: { $type: 'System.String', $value: value } };
}

function projects(caller: Caller): ServiceAnswer {
  const { organization } = caller;
  const value = organization.projects.map(({ id, name }) => ({
    id,
    name,
    url: `https://dev.azure.com/${organization.name}/_apis/projects/${id}`,
    state: 'wellFormed',
    revision: 11,
    visibility: 'private',
    lastUpdateTime: '2026-01-01T00:00:00.000Z',
  }));
  return jsonAnswer(200, { count: value.length, value });
}
