import type { Proxy } from '../../../../common/network/proxy.ts';

/** Everything that the keeper needs to know for the life of the job; it comes to it over a pipe only. */
export interface Settings {
  /** The session folder, which the step made. */
  readonly folder: string;
  /** Where assertions are asked for, and for which service connection. */
  readonly oidcUrl: string;
  readonly connectionId: string;
  /** The job's own token; it stays in the keeper's memory. */
  readonly jobToken: string;
  readonly identity: Identity;
  /** How the two hosts are reached. */
  readonly network: KeeperNetwork;
}

/** Who is signed in. */
export interface Identity {
  /** An https origin. */
  readonly authorityHost: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The cloud's name as the service connection gives it. */
  readonly cloud: string;
}

/** The network settings of the machine, as far as they matter for the two hosts that the keeper calls. */
export interface KeeperNetwork {
  /** Proxies by origin of the address that is called; an origin that is absent is called directly. */
  readonly proxies: Readonly<Record<string, ProxySetting>>;
  /** File with CA certificates beyond Node's own. */
  readonly caFile: string | undefined;
}

/** A proxy, as it goes over the pipe. */
export type ProxySetting = Omit<Proxy, 'url'> & { readonly url: string };
