import type { ServiceConnection } from './contract.ts';
import type { PipelineStage } from './pipeline/pipeline.ts';

/** A connection that a pipeline names, and of which kind. */
export interface NamedConnection {
  readonly name: string;
  readonly type: 'AzureRM' | 'WorkloadIdentityUser';
}

/** Which kind of connection an input names; both names of each. */
const kinds: Readonly<Record<string, NamedConnection['type']>> = {
  azuresubscription: 'AzureRM',
  connectedservicenamearm: 'AzureRM',
  azuredevopsserviceconnection: 'WorkloadIdentityUser',
  workloadidentityserviceconnection: 'WorkloadIdentityUser',
};

/**
 * Gives the world the connections that a pipeline of one's own names, so that it runs as it stands. A name that only a
 * run knows, `$(name)`, has to be one that the world has.
 */
export async function addNamedConnections(
  stages: readonly PipelineStage[],
  world: {
    readonly connections: readonly ServiceConnection[];
    addConnection(connection: NamedConnection): Promise<unknown>;
  },
): Promise<void> {
  const steps = stages.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));
  for (const step of steps) {
    if (step.kind !== 'task') continue;
    for (const [input, name] of Object.entries(step.inputs ?? {})) {
      const type = kinds[input.toLowerCase()];
      const isKnown = world.connections.some((known) => [known.name, known.id].includes(name));
      if (type === undefined || isKnown || name === '' || name.includes('$(')) continue;
      await world.addConnection({ name, type });
    }
  }
}
