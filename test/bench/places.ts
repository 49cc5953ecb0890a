import { profiles, type Profile } from '../local/profiles.ts';
import { startRelay } from '../local/services/relay.ts';
import { startStage, type ServiceName, type Stage, type Way } from '../e2e/support/stage.ts';

/** How far away the services are, and how they are reached. */
export interface Place {
  readonly name: string;
  /** Milliseconds to the services, or to the proxy in front of them, and back. */
  readonly roundTripMs: number;
  /** Milliseconds that a service takes to answer. */
  readonly waitMs: number;
  readonly way: Way;
}

/** A place with services in it. */
export interface OpenPlace extends Place {
  readonly world: Stage['world'];
  readonly profile: Profile;
  /** Name of the service connection. */
  readonly connection: string;
  /** What leads every variant to the services; each knows environment variables. */
  readonly machine: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const names: Readonly<Record<Way, string>> = { direct: 'direct', proxied: 'proxy' };

const distances = [
  { name: 'loopback', roundTripMs: 0, waitMs: 0 },
  { name: 'busy', roundTripMs: 0, waitMs: 100 },
  ...[20, 40, 100].map((roundTripMs) => ({ name: `${roundTripMs}ms`, roundTripMs, waitMs: 0 })),
];

/** Everywhere that is measured. */
export const places: readonly Place[] = distances.flatMap(({ name, ...distance }) =>
  (['direct', 'proxied'] as const).map((way) => ({
    name: `${name}-${names[way]}`,
    ...distance,
    way,
  })),
);

/** Starts the services of a place, and the delay line in front of them or of their proxy. */
export async function openPlace(place: Place): Promise<OpenPlace> {
  const stage = await startStage(place.way);
  const { world } = stage;
  const { roundTripMs, waitMs } = place;
  if (waitMs > 0) {
    for (const service of ['azure-devops', 'entra'] as const) {
      stage.fail(service, { kind: 'delay', ms: waitMs }, { times: Infinity });
    }
  }
  const machine = { NODE_EXTRA_CA_CERTS: world.caFile, REQUESTS_CA_BUNDLE: world.caFile };
  if (place.way === 'proxied') {
    const relay = await startRelay({ port: world.proxy.port, roundTripMs });
    return {
      ...place,
      world,
      profile: profiles.yaml,
      connection: 'contoso-azure',
      machine: {
        ...machine,
        HTTPS_PROXY: `http://127.0.0.1:${relay.port}`,
        BENCH_AUTHORITY: 'https://login.microsoftonline.com',
      },
      close: async () => {
        await relay.close();
        await stage.close();
      },
    };
  }
  const relayTo = async (service: ServiceName) =>
    startRelay({ port: Number(new URL(`https://${stage.hostOf(service)}`).port), roundTripMs });
  const azureDevOps = await relayTo('azure-devops');
  const entra = await relayTo('entra');
  const authority = `https://localhost:${entra.port}`;
  const data = { activeDirectoryAuthority: authority, environmentAuthorityUrl: authority };
  const { name } = await world.addConnection({ name: 'far', data });
  return {
    ...place,
    world,
    profile: {
      ...profiles.yaml,
      collectionUri: (organization) => `https://localhost:${azureDevOps.port}/${organization}/`,
    },
    connection: name,
    machine: { ...machine, BENCH_AUTHORITY: authority },
    close: async () => {
      await azureDevOps.close();
      await entra.close();
      await stage.close();
    },
  };
}
