/** What the two halves of the local pipeline, the agent and the services, say to each other. */

/** A service connection as Azure DevOps stores it; the agent sees it as an endpoint of the job. */
export interface ServiceConnection {
  /** GUID, lower case. */
  readonly id: string;
  readonly name: string;
  /** `externaltfs` is Azure Repos/Team Foundation Server, which holds a PAT. */
  readonly type: 'AzureRM' | 'WorkloadIdentityUser' | 'externaltfs';
  readonly url: string;
  readonly authorization: {
    /** `WorkloadIdentityFederation`, or the schemes that the task refuses. */
    readonly scheme: string;
    /** Original case, as in the job message: `tenantid`, `serviceprincipalid`, `workloadIdentityFederationIssuer`, ... */
    readonly parameters: Readonly<Record<string, string>>;
  };
  /** `environment`, `activeDirectoryAuthority`, `subscriptionId`, ...; empty for `WorkloadIdentityUser`. */
  readonly data: Readonly<Record<string, string>>;
}

/** One running job, as both sides know it. */
export interface JobIdentity {
  readonly organization: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly projectName: string;
  /** `System.HostType`, which is also the hub in the OIDC address. */
  readonly hub: 'build' | 'release' | 'deployment';
  readonly planId: string;
  readonly jobId: string;
  /** The job's own token: SYSTEMVSSCONNECTION's `AccessToken`. */
  readonly accessToken: string;
  /** Ids of the connections that an input of the job's stage names; the service refuses all others. */
  readonly referencedConnections: readonly string[];
}

/** One HTTPS request that a local service answered, for the log and for the tests. */
export interface RecordedRequest {
  readonly service: 'azure-devops' | 'entra' | 'api' | 'unknown';
  readonly method: string;
  /** The public host name that the client asked for. */
  readonly host: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Undefined while unanswered, or when the service hung up. */
  status?: number;
  /** Whether it came through the CONNECT proxy. */
  readonly proxied: boolean;
}
