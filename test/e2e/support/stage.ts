import type { Scenario, TaskRun } from './run-task.ts';
import type { RecordedRequest } from '../../local/contract.ts';
import type { CertificateFlaw } from '../../local/services/certificate-authority.ts';
import type { ProxyFault } from '../../local/services/connect-proxy.ts';
import { Faults, type Fault, type FaultRule } from '../../local/services/faults.ts';
import { startHttpsServer, type LocalHttpsServer } from '../../local/services/https-server.ts';
import type { ServiceHandler } from '../../local/services/service-request.ts';
import { profiles } from '../../local/profiles.ts';
import { startWorld, type World } from '../../local/world.ts';
import { runTask } from './run-task.ts';

/** The two services that every step talks to. */
export type ServiceName = 'azure-devops' | 'entra';

/** How the task reaches them: through the agent's proxy, or with no proxy set anywhere. */
export type Way = 'proxied' | 'direct';

const publicHosts: Readonly<Record<ServiceName, string>> = {
  'azure-devops': 'dev.azure.com',
  entra: 'login.microsoftonline.com',
};

/** A world with one way to it, in which faults are set alike on both ways. */
export interface Stage {
  readonly world: World;
  readonly way: Way;
  /** Host (and port) under which the task knows a service. */
  readonly hostOf: (service: ServiceName) => string;
  /** Lets requests to a service meet a fault. */
  readonly fail: (
    service: ServiceName,
    fault: Fault,
    rule?: Omit<FaultRule, 'fault' | 'service'>,
  ) => void;
  /** Serves a flawed certificate for a service. */
  readonly spoil: (service: ServiceName, flaw: CertificateFlaw) => void;
  /** Lets CONNECTs for a service meet a fault; only where there is a proxy. */
  readonly failTunnel: (service: ServiceName, fault: ProxyFault, times?: number) => void;
  /** Forgets all faults and requests. */
  readonly reset: () => void;
  readonly run: (scenario?: Scenario) => Promise<TaskRun>;
  readonly close: () => Promise<void>;
}

/** Starts a stage with a world of its own. */
export async function startStage(way: Way): Promise<Stage> {
  const world = await startWorld();
  return way === 'proxied' ? createProxied(world) : createDirect(world);
}

function createProxied(world: World): Stage {
  return {
    world,
    way: 'proxied',
    hostOf: (service) => publicHosts[service],
    fail: (service, fault, rule = {}) => world.faults.next({ ...rule, service, fault }),
    spoil: (service, flaw) => world.faults.certificate(publicHosts[service], flaw),
    failTunnel: (service, fault, times = 1) =>
      world.proxy.next({ host: publicHosts[service], fault, times }),
    reset: () => {
      world.faults.clear();
      world.proxy.clear();
      world.clearRequests();
    },
    run: async (scenario = {}) => runTask(world, scenario),
    close: async () => world.close(),
  };
}

/**
 * Without a proxy no public host name leads here, so both services are where a company may have them: a
 * collection and an authority host at addresses of their own, `https://localhost:<port>`.
 */
async function createDirect(world: World): Promise<Stage> {
  const start = async (service: ServiceName, handle: ServiceHandler): Promise<DirectServer> => {
    const faults = new Faults();
    const server = await startHttpsServer({
      authority: world.authority,
      faults,
      requests: world.requests as RecordedRequest[],
    });
    // The services tell from the host who is asked.
    const host = publicHosts[service];
    server.mount({
      service,
      hosts: ['localhost'],
      handle: (request) =>
        handle({
          ...request,
          host,
          url: new URL(request.url.pathname + request.url.search, `https://${host}`),
        }),
    });
    return { ...server, faults };
  };
  const servers: Readonly<Record<ServiceName, DirectServer>> = {
    'azure-devops': await start('azure-devops', (request) => world.azureDevOps.handle(request)),
    entra: await start('entra', (request) => world.entra.handle(request)),
  };
  const hostOf = (service: ServiceName): string => `localhost:${servers[service].port}`;
  const authority = `https://${hostOf('entra')}/`;
  const connection = await world.addConnection({
    name: 'direct',
    data: { activeDirectoryAuthority: authority, environmentAuthorityUrl: authority },
  });
  const profile = {
    ...profiles.yaml,
    collectionUri: (organization: string) => `https://${hostOf('azure-devops')}/${organization}/`,
  };
  return {
    world,
    way: 'direct',
    hostOf,
    fail: (service, fault, rule = {}) => servers[service].faults.next({ ...rule, service, fault }),
    spoil: (service, flaw) => servers[service].faults.certificate('localhost', flaw),
    failTunnel: () => {
      throw new Error('There is no proxy on the direct way.');
    },
    reset: () => {
      for (const { faults } of Object.values(servers)) faults.clear();
      world.clearRequests();
    },
    run: async (scenario = {}) =>
      runTask(world, { proxy: null, profile, connection: connection.name, ...scenario }),
    close: async () => {
      await Promise.all(Object.values(servers).map(async (server) => server.close()));
      await world.close();
    },
  };
}

type DirectServer = LocalHttpsServer & { readonly faults: Faults };
