import { randomUUID } from 'node:crypto';
import type { CloudName } from './clouds.ts';
import { isCatalogResource } from './resource-catalog.ts';

/** What an application accepts in place of a secret; all three are compared case-sensitively. */
export interface FederatedIdentityCredential {
  issuer: string;
  subject: string;
  audiences: string[];
}

/** An app registration. Tests change it in place to misconfigure it. */
export interface App {
  name: string;
  /** Application (client) id. */
  readonly clientId: string;
  homeTenantId: string;
  /** `signInAudience` is AzureADMultipleOrgs. */
  multiTenant: boolean;
  enabled: boolean;
  federatedIdentityCredentials: FederatedIdentityCredential[];
  /** Set for the secret-based connections. */
  secret?: { readonly value: string; readonly expired: boolean };
  /** Application roles that every access token carries. */
  roles: string[];
  /** Refuses with 53003, as a Conditional Access policy for workload identities. */
  blockedByConditionalAccess: boolean;
}

/** Whether and how a tenant restricts workload identity federation. */
export type FederationPolicy =
  | 'allowed'
  /** 700223 */
  | 'disabled'
  /** 700238 for every issuer that is not listed. */
  | { readonly allowedIssuers: readonly string[] }
  /** 7002381 for assertions without the claim. */
  | { readonly requiredClaim: string };

/** An Entra tenant. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  readonly cloud: CloudName;
  /** Object ids of the service principals, by client id. */
  readonly servicePrincipals: Map<string, string>;
  /** Resources of the tenant's own beside the first-party ones: application ID URIs or ids. */
  readonly resources: Set<string>;
  federationPolicy: FederationPolicy;
}

/** All tenants and applications of one world. */
export class Directory {
  readonly tenants: Tenant[] = [];
  readonly apps: App[] = [];

  /** Adds a tenant whose initial domain is `<name>.onmicrosoft.com`, whatever the cloud. */
  addTenant(name: string, cloud: CloudName = 'AzureCloud'): Tenant {
    const suffix = {
      AzureCloud: 'onmicrosoft.com',
      AzureUSGovernment: 'onmicrosoft.us',
      AzureChinaCloud: 'partner.onmschina.cn',
    }[cloud];
    const tenant: Tenant = {
      id: randomUUID(),
      name,
      domains: [`${name}.${suffix}`, `${name}.example`],
      cloud,
      servicePrincipals: new Map(),
      resources: new Set(),
      federationPolicy: 'allowed',
    };
    this.tenants.push(tenant);
    return tenant;
  }

  /** Adds an app registration together with its service principal in the home tenant. */
  addApp(tenant: Tenant, name: string): App {
    const app: App = {
      name,
      clientId: randomUUID(),
      homeTenantId: tenant.id,
      multiTenant: false,
      enabled: true,
      federatedIdentityCredentials: [],
      roles: [],
      blockedByConditionalAccess: false,
    };
    this.apps.push(app);
    this.addServicePrincipal(tenant, app);
    return app;
  }

  /** Adds the app to a tenant ("consent"); returns the object id of its service principal. */
  addServicePrincipal(tenant: Tenant, app: App): string {
    const objectId = randomUUID();
    tenant.servicePrincipals.set(app.clientId, objectId);
    return objectId;
  }

  /** Removes an app registration and its service principals, as a clean-up script would. */
  deleteApp(app: App): void {
    this.apps.splice(this.apps.indexOf(app), 1);
    for (const tenant of this.tenants) tenant.servicePrincipals.delete(app.clientId);
  }

  /** Finds a tenant of any cloud by id or domain. */
  findTenant(idOrDomain: string): Tenant | undefined {
    const wanted = idOrDomain.toLowerCase();
    return this.tenants.find((tenant) => tenant.id === wanted || tenant.domains.includes(wanted));
  }

  /** Finds an application by its client id. */
  findApp(clientId: string): App | undefined {
    return this.apps.find((app) => app.clientId === clientId.toLowerCase());
  }

  /** Whether the tenant has a principal for the resource. */
  hasResource(tenant: Tenant, resource: string): boolean {
    return (
      tenant.resources.has(resource) ||
      tenant.resources.has(resource.replace(/\/$/, '')) ||
      isCatalogResource(tenant.cloud, resource)
    );
  }
}
