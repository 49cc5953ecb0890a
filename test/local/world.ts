import type { CryptoKey } from 'jose';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobIdentity, RecordedRequest, ServiceConnection } from './contract.ts';
import { AzureDevOps } from './services/azure-devops.ts';
import { createCertificateAuthority } from './services/certificate-authority.ts';
import type { CertificateAuthority } from './services/certificate-authority.ts';
import type { CloudName } from './services/clouds.ts';
import { startConnectProxy, type ConnectProxy } from './services/connect-proxy.ts';
import {
  ConnectionRegistry,
  type ConnectionOptions,
  type RegisteredConnection,
} from './services/connection-registry.ts';
import { BlobStorage } from './services/blob-storage.ts';
import { ContainerRegistry } from './services/container-registry.ts';
import { Directory, type App, type Tenant } from './services/directory.ts';
import { Entra } from './services/entra.ts';
import { Faults } from './services/faults.ts';
import { createHostedServices, type HostedServices } from './services/hosted-services.ts';
import { startHttpsServer, type LocalHttpsServer } from './services/https-server.ts';
import { createJavaTrustStore } from './services/java-trust-store.ts';
import { IssuedSecrets } from './services/issued-secrets.ts';
import { signAssertion } from './services/oidc-endpoint.ts';
import { Organization, type Project } from './services/organization.ts';
import { AzureResources } from './services/resources.ts';
import { signingKey } from './services/signing-keys.ts';

/** Choices at the start of a world. */
export interface WorldOptions {
  /** Lets the proxy ask for a user name and a password. */
  readonly proxy?: { readonly username: string; readonly password: string };
  /** How long assertions live, in seconds; 600. */
  readonly assertionLifeSeconds?: number | undefined;
  /** How long access tokens live, in seconds; 60 to 90 minutes, as Entra decides. */
  readonly tokenLifeSeconds?: number | undefined;
}

/** How a test adds a connection; tenant and application have defaults. */
export interface NewConnection extends Omit<ConnectionOptions, 'tenant' | 'app'> {
  readonly tenant?: Tenant;
  /** A new application by default. */
  readonly app?: App;
  /** A late-bound `idToken` parameter: minted with this life, or the text as it stands. */
  readonly idToken?: { readonly lifetimeSeconds: number } | string;
}

/** Azure DevOps, Entra and Azure on loopback, with the proxy and the CA that lead to them. */
export interface World {
  /** PEM file of the CA made at start, in a temporary folder that `close` removes. */
  readonly caFile: string;
  readonly authority: CertificateAuthority;
  readonly proxy: ConnectProxy & { readonly username?: string; readonly password?: string };
  /** The TLS server behind the proxy; its port takes direct connections, too. */
  readonly server: LocalHttpsServer;
  readonly organization: string;
  readonly organizationId: string;
  readonly project: Project;
  readonly connections: readonly ServiceConnection[];
  readonly requests: readonly RecordedRequest[];
  readonly azureDevOps: AzureDevOps;
  readonly entra: Entra;
  readonly directory: Directory;
  readonly resources: AzureResources;
  readonly blobStorage: BlobStorage;
  readonly containerRegistry: ContainerRegistry;
  /** Git repositories, feeds and the Marketplace. */
  readonly hosted: HostedServices;
  readonly faults: Faults;
  /** Waiting time before every answer. */
  readonly latency: { ms: number };
  /** Every assertion, access token, job token and password so far. */
  readonly issued: IssuedSecrets;
  /** Further issuers whose keys Entra can read: issuer to the owner of the key. */
  readonly issuers: Map<string, 'entra' | 'azure-devops'>;
  startJob(job: JobIdentity): void;
  /** A job as the server would start one, already running, referencing all connections. */
  newJob(overrides?: Partial<JobIdentity>): JobIdentity;
  addConnection(connection: NewConnection): Promise<ServiceConnection>;
  /** What stands behind a connection: application, tenant, federation; all changeable in place. */
  behind(connection: string): RegisteredConnection;
  clearRequests(): void;
  close(): Promise<void>;
}

/** Starts a world of its own; any number can run side by side. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtemp(join(tmpdir(), 'entra-token-world-'));
  const keys = Promise.all([signingKey('entra'), signingKey('azure-devops')]);
  const authority = await createCertificateAuthority();
  const caFile = join(await folder, 'ca.pem');
  await writeFile(caFile, authority.certificatePem);
  await writeFile(join(await folder, 'ca.jks'), createJavaTrustStore(authority.certificatePem));
  await keys;

  const directory = new Directory();
  const contoso = directory.addTenant('contoso');
  const fabrikam = directory.addTenant('fabrikam');
  const organizations = [
    new Organization('contoso', contoso),
    new Organization('fabrikam', fabrikam),
    new Organization('contoso-labs', contoso),
    // Not an organisation, but its address reads like one: who is a member may publish.
    new Organization('marketplace', contoso),
  ];
  const [organization] = organizations as [Organization, Organization];
  const project: Project = { id: randomUUID(), name: 'Widgets' };
  organization.projects.push(project);

  const issued = new IssuedSecrets();
  if (options.proxy) issued.passwords.push(options.proxy.password);
  const issuers = new Map<string, 'entra' | 'azure-devops'>();
  const registry = new ConnectionRegistry(organization, project, options.assertionLifeSeconds);
  const azureDevOps = new AzureDevOps({ organizations, registry, issued });
  const entra = new Entra({ directory, issued, issuerKeys: findIssuerKey });
  entra.expiresInSeconds = options.tokenLifeSeconds;
  const resources = new AzureResources(directory, registry);

  async function findIssuerKey(issuer: string): Promise<CryptoKey | undefined> {
    const known = issuers.get(issuer);
    if (known) return readKey(known);
    const [, tenant] = /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0$/.exec(issuer) ?? [];
    if (tenant && directory.findTenant(tenant)) return readKey('entra');
    const owner = organizations.find(({ id }) => issuer === `https://vstoken.dev.azure.com/${id}`);
    return owner ? readKey('azure-devops') : undefined;
  }

  const faults = new Faults();
  const server = await startHttpsServer({ authority, faults });
  server.mount({
    service: 'azure-devops',
    hosts: AzureDevOps.hosts,
    handle: (r) => azureDevOps.handle(r),
  });
  server.mount({ service: 'entra', hosts: Entra.hosts, handle: (r) => entra.handle(r) });
  server.mount({ service: 'api', hosts: AzureResources.hosts, handle: (r) => resources.handle(r) });
  const blobStorage = new BlobStorage();
  server.mount({ service: 'api', hosts: BlobStorage.hosts, handle: (r) => blobStorage.handle(r) });
  const containerRegistry = new ContainerRegistry(issued);
  server.mount({
    service: 'api',
    hosts: ContainerRegistry.hosts,
    handle: (r) => containerRegistry.handle(r),
  });
  const hosted = createHostedServices(
    await folder,
    azureDevOps.gate,
    (id) => registry.find(id)?.connection,
  );
  for (const mount of hosted.mounts) server.mount(mount);
  const proxy = await startConnectProxy({
    knows: (host) => server.knows(host),
    adopt: (socket) => server.adopt(socket),
    credentials: options.proxy,
    onStray: (method, host, path, status) =>
      void server.requests.push({
        service: 'unknown',
        method,
        host,
        path,
        headers: {},
        body: '',
        status,
        proxied: true,
      }),
  });

  async function addConnection(connection: NewConnection): Promise<ServiceConnection> {
    const tenant = connection.tenant ?? contoso;
    const app = connection.app ?? directory.addApp(tenant, connection.name);
    const registered = registry.add({ ...connection, tenant, app });
    if (tenant === contoso) {
      for (const { name, tenant } of organizations) {
        if (tenant === contoso) azureDevOps.setAccess(connection.name, 'basic', name);
      }
    }
    const secret = connection.parameters?.['serviceprincipalkey'];
    if (secret !== undefined) issued.passwords.push(secret);
    const { idToken } = connection;
    if (idToken !== undefined) {
      const token =
        typeof idToken === 'string'
          ? idToken
          : await signAssertion(registered.federation, idToken.lifetimeSeconds);
      issued.assertions.push(token);
      Object.assign(registered.connection.authorization.parameters, { idToken: token });
    }
    return registered.connection;
  }

  await addReadyConnections(addConnection, directory);

  return {
    caFile,
    authority,
    proxy: { ...proxy, ...options.proxy },
    server,
    organization: organization.name,
    organizationId: organization.id,
    project,
    connections: registry.connections,
    requests: server.requests,
    azureDevOps,
    entra,
    directory,
    resources,
    blobStorage,
    containerRegistry,
    hosted,
    faults,
    latency: server.latency,
    issued,
    issuers,
    startJob: (job) => azureDevOps.startJob(job),
    newJob(overrides = {}) {
      const job: JobIdentity = {
        organization: organization.name,
        organizationId: organization.id,
        projectId: project.id,
        projectName: project.name,
        hub: 'build',
        planId: randomUUID(),
        jobId: randomUUID(),
        accessToken: `job-${randomUUID()}${randomUUID()}`,
        referencedConnections: registry.connections.map(({ id }) => id),
        ...overrides,
      };
      azureDevOps.startJob(job);
      return job;
    },
    addConnection,
    behind(connection) {
      const found = registry.find(connection);
      if (!found) throw new Error(`There is no connection ${connection}.`);
      return found;
    },
    clearRequests: () => void (server.requests.length = 0),
    async close() {
      await Promise.all([proxy.close(), server.close(), hosted.close()]);
      await rm(await folder, { recursive: true, force: true });
    },
  };
}

async function readKey(owner: 'entra' | 'azure-devops'): Promise<CryptoKey> {
  return (await signingKey(owner)).publicKey;
}

/** The connections that every world has. */
async function addReadyConnections(
  add: (connection: NewConnection) => Promise<ServiceConnection>,
  directory: Directory,
): Promise<void> {
  const national = (cloud: CloudName, name: string): NewConnection => ({
    name,
    cloud,
    tenant: directory.addTenant(name, cloud),
    // Entra's own issuer serves the public cloud; the others stay with the one of Azure DevOps.
    issuer: 'azure-devops',
  });
  await add({ name: 'contoso-azure' });
  await add({ name: 'contoso-azure-old-issuer', issuer: 'azure-devops' });
  await add({ name: 'contoso-devops', type: 'WorkloadIdentityUser' });
  await add({
    name: 'contoso-labs-devops',
    type: 'WorkloadIdentityUser',
    url: 'https://dev.azure.com/contoso-labs',
  });
  await add({
    name: 'contoso-labs-repos',
    id: '0f9d3c4e-6a51-4c7b-9f0e-2d8a1b5c7e90',
    type: 'externaltfs',
    scheme: 'Token',
    url: 'https://dev.azure.com/contoso-labs',
    // A PAT that was revoked.
    parameters: { apitoken: `revoked${randomUUID().replaceAll('-', '')}` },
  });
  await add(national('AzureUSGovernment', 'fabrikam-government'));
  await add(national('AzureChinaCloud', 'fabrikam-china'));
  await add({
    name: 'contoso-azure-secret',
    scheme: 'ServicePrincipal',
    parameters: { authenticationType: 'spnKey', serviceprincipalkey: `s3cr~${randomUUID()}` },
  });
  await add({
    name: 'contoso-azure-certificate',
    scheme: 'ServicePrincipal',
    parameters: {
      authenticationType: 'spnCertificate',
      servicePrincipalCertificate: '-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n',
    },
  });
  await add({
    name: 'contoso-azure-managed-identity',
    scheme: 'ManagedServiceIdentity',
    parameters: { serviceprincipalid: undefined },
  });
  await add({
    name: 'contoso-azure-publish-profile',
    scheme: 'PublishProfile',
    parameters: {
      tenantid: undefined,
      serviceprincipalid: undefined,
      publishProfile: '<publishData/>',
    },
  });
}
