import { expandMacros } from './agent/macros.ts';
import type { Step } from './agent/steps.ts';
import type { JobVariable } from './agent/variables.ts';
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
 * step sets has to be one that the world has.
 */
export async function addNamedConnections(
  stages: readonly PipelineStage[],
  world: {
    readonly connections: readonly ServiceConnection[];
    addConnection(connection: NamedConnection): Promise<unknown>;
  },
): Promise<void> {
  for (const job of stages.flatMap(({ jobs }) => jobs)) {
    for (const { name, type } of job.steps.flatMap((step) => listNamed(step, job.variables))) {
      const isKnown = world.connections.some((known) => [known.name, known.id].includes(name));
      if (!isKnown && name !== '' && !name.includes('$('))
        await world.addConnection({ name, type });
    }
  }
}

function listNamed(step: Step, variables: readonly JobVariable[]): readonly NamedConnection[] {
  if (step.kind === 'checkout') {
    const { endpoint } = step.repository;
    return endpoint === undefined ? [] : [{ name: endpoint, type: 'WorkloadIdentityUser' }];
  }
  if (step.kind !== 'task') return [];
  return Object.entries(step.inputs ?? {}).flatMap(([input, value]) => {
    const type = kinds[input.toLowerCase()];
    const name = expandMacros(value, (wanted) => findVariable(wanted, variables));
    return type === undefined ? [] : [{ name, type }];
  });
}

/** The last one counts. */
function findVariable(wanted: string, variables: readonly JobVariable[]): string | undefined {
  const isWanted = ({ name }: JobVariable) => name.toLowerCase() === wanted.toLowerCase();
  return variables.findLast(isWanted)?.value;
}
