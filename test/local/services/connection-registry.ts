import { randomUUID } from 'node:crypto';
import type { ServiceConnection } from '../contract.ts';
import { clouds, type CloudName } from './clouds.ts';
import type { App, Tenant } from './directory.ts';
import type { Organization, Project } from './organization.ts';
import { azureDevOpsAppId } from './resource-catalog.ts';
import type { KeyOwner } from './signing-keys.ts';

/** What Azure DevOps puts into a connection's assertions. Tests change it in place. */
export interface Federation {
  issuer: string;
  subject: string;
  audience: string;
  lifetimeSeconds: number;
  /** Seconds from now; negative by default, because clocks differ. */
  notBeforeSeconds: number;
  /** Whose key signs; by default the issuer's. */
  signedBy?: KeyOwner;
  /** Further claims. */
  claims: Record<string, unknown>;
}

/** A service connection with everything that stands behind it. */
export interface RegisteredConnection {
  readonly connection: ServiceConnection;
  readonly app: App;
  readonly tenant: Tenant;
  readonly federation: Federation;
}

/** How a connection is made; everything but the name has a default. */
export interface ConnectionOptions {
  readonly name: string;
  readonly id?: string;
  readonly type?: ServiceConnection['type'];
  /** `WorkloadIdentityFederation` by default. */
  readonly scheme?: string;
  readonly cloud?: CloudName;
  /** Of another organisation; that of the pipeline by default. */
  readonly url?: string;
  /** Which issuer signs the assertions: Entra's by default, as for connections made today. */
  readonly issuer?: 'entra' | 'azure-devops';
  readonly tenant: Tenant;
  readonly app: App;
  /** Does not add the federated identity credential that would match. */
  readonly withoutCredential?: boolean;
  /** Replaces parameters; undefined removes one. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** Replaces data; undefined removes one. */
  readonly data?: Readonly<Record<string, string | undefined>>;
}

/** Audience of every assertion: the only one that Azure DevOps knows. */
export const assertionAudience = 'api://AzureADTokenExchange';

/** The service connections of an organisation. */
export class ConnectionRegistry {
  /** As the agent sees them, in the order in which they were made. */
  readonly connections: ServiceConnection[] = [];
  readonly #registered = new Map<string, RegisteredConnection>();
  readonly #organization: Organization;
  readonly #project: Project;
  readonly #assertionLifeSeconds: number;

  constructor(organization: Organization, project: Project, assertionLifeSeconds = 600) {
    this.#organization = organization;
    this.#project = project;
    this.#assertionLifeSeconds = assertionLifeSeconds;
  }

  /** Makes a connection and, unless told otherwise, the credential that it needs in Entra. */
  add(options: ConnectionOptions): RegisteredConnection {
    const { name, tenant, app, type = 'AzureRM' } = options;
    const cloud = clouds[options.cloud ?? 'AzureCloud'];
    const scheme = options.scheme ?? 'WorkloadIdentityFederation';
    const id = options.id ?? randomUUID();
    const federation = this.#federate(id, options);
    const isFederated = scheme === 'WorkloadIdentityFederation';
    if (isFederated && !options.withoutCredential) {
      const { issuer, subject, audience } = federation;
      app.federatedIdentityCredentials.push({ issuer, subject, audiences: [audience] });
    }
    const connection: ServiceConnection = {
      id,
      name,
      type,
      url:
        options.url ??
        (type === 'AzureRM'
          ? cloud.resourceManagerUrl
          : `https://dev.azure.com/${this.#organization.name}`),
      authorization: {
        scheme,
        parameters: definedOnly({
          ...(type === 'AzureRM'
            ? {
                tenantid: tenant.id,
                serviceprincipalid: app.clientId,
                ...(isFederated
                  ? {
                      workloadIdentityFederationIssuer: federation.issuer,
                      workloadIdentityFederationSubject: federation.subject,
                    }
                  : {}),
              }
            : type === 'externaltfs'
              ? {}
              : { TenantId: tenant.id, ServicePrincipalId: app.clientId }),
          ...options.parameters,
        }),
      },
      data: definedOnly({
        ...(type === 'AzureRM'
          ? {
              ...cloud.connectionData,
              subscriptionId: randomUUID(),
              subscriptionName: `${tenant.name} production`,
              scopeLevel: 'Subscription',
              creationMode: 'Manual',
              identityType: 'AppRegistrationManual',
            }
          : {}),
        ...options.data,
      }),
    };
    const registered = { connection, app, tenant, federation };
    this.#registered.set(id, registered);
    this.connections.push(connection);
    return registered;
  }

  /** Finds a connection by its id or its name. */
  find(idOrName: string): RegisteredConnection | undefined {
    const wanted = idOrName.toLowerCase();
    return (
      this.#registered.get(wanted) ??
      [...this.#registered.values()].find(({ connection }) => connection.name === idOrName)
    );
  }

  #federate(id: string, options: ConnectionOptions): Federation {
    const organization = this.#organization;
    const common = {
      audience: assertionAudience,
      lifetimeSeconds: this.#assertionLifeSeconds,
      notBeforeSeconds: -300,
      claims: {},
    };
    return options.issuer === 'azure-devops'
      ? {
          issuer: `https://vstoken.dev.azure.com/${organization.id}`,
          subject: `sc://${organization.name}/${this.#project.name}/${options.name}`,
          ...common,
        }
      : {
          issuer: `https://login.microsoftonline.com/${options.tenant.id}/v2.0`,
          subject: `/eid1/c/pub/t/${toShortGuid(options.tenant.id)}/a/${toShortGuid(azureDevOpsAppId)}/sc/${organization.id}/${id}`,
          ...common,
        };
  }
}

/** A GUID's sixteen bytes in .NET's order, which is little-endian in the first three groups. */
export function toShortGuid(guid: string): string {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes.toString('base64url');
}

function definedOnly(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
