import type { JobIdentity, ServiceConnection } from '../contract.ts';

/** What a job needs of the world around it; the local services are one such world. */
export interface Surroundings {
  readonly organization: string;
  readonly organizationId?: string;
  /** The project that the pipeline belongs to. */
  readonly project?: { readonly id: string; readonly name: string };
  readonly connections: readonly ServiceConnection[];
  /** PEM file of the authority that signed the servers' certificates. */
  readonly caFile?: string;
  readonly proxy?: AgentProxy;
  /** Tells the services of a job before its first step runs. */
  readonly startJob?: (job: JobIdentity) => void;
}

/** The agent's own proxy setting. */
export interface AgentProxy {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Regular expressions of addresses that are called directly. */
  readonly bypass?: readonly string[];
  readonly useBasicAuth?: boolean;
}

/** The agent's own certificate settings; paths. */
export interface AgentCertificates {
  readonly caFile?: string;
  /** The agent sets these only when it has all three. */
  readonly clientCertificate?: {
    readonly file: string;
    readonly keyFile: string;
    readonly archive: string;
    readonly password?: string;
  };
  readonly skipValidation?: boolean;
}
