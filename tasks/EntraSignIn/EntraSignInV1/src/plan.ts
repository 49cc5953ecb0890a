import { presets, type Preset } from '../../../common/access-token/presets.ts';
import { toResource, type Resource } from '../../../common/access-token/resources.ts';
import type { Agent } from '../../../common/agent/agent.ts';
import { toOidcUrl } from '../../../common/assertion/oidc-address.ts';
import { TaskError } from '../../../common/errors/task-error.ts';
import { parseJob, type Job } from '../../../common/job/job.ts';
import { toCloud } from '../../../common/service-connection/clouds.ts';
import {
  parseConnection,
  type FederatedConnection,
} from '../../../common/service-connection/connection.ts';
import { toIgnoredLine } from '../../../common/service-connection/connection-inputs.ts';
import { listOf, quote } from '../../../common/text/text.ts';
import { parseInputs, type Inputs } from './inputs.ts';
import type { Tool } from './tools/tool.ts';

/** Everything that is known before the first request. */
export interface Plan {
  readonly inputs: Inputs;
  readonly job: Job;
  readonly connection: FederatedConnection;
  readonly tenantId: string;
  /** The job's OIDC endpoint. */
  readonly oidcUrl: URL;
  /** What the one exchange is for that proves the trust. */
  readonly proof: Resource;
}

/** Reads and checks everything. Throws a TaskError before anything is asked for. */
export function createPlan(
  agent: Pick<Agent, 'readInput' | 'readVariable' | 'readServiceConnection' | 'info'>,
): Plan {
  const job = parseJob(agent);
  const inputs = parseInputs((name) => agent.readInput(name), job.organization);
  const ignored = toIgnoredLine(inputs);
  if (ignored !== undefined) agent.info(ignored);
  const { connectionType, connectionId, tools } = inputs;
  const connection = parseConnection(
    connectionId,
    connectionType,
    agent.readServiceConnection(connectionId),
  );
  return {
    inputs,
    job,
    connection,
    tenantId: inputs.tenantId ?? connection.tenantId,
    oidcUrl: toOidcUrl(job.oidcAddress),
    proof: toProof(tools, connection.cloud),
  };
}

function toProof(tools: readonly Tool[], cloud: string): Resource {
  const tool = tools.find(({ usesAzureDevOps }) => usesAzureDevOps);
  const preset: Preset = tool === undefined ? 'azureResourceManager' : 'azureDevOps';
  const clouds = Object.keys(presets[preset]);
  if (clouds.includes(toCloud(cloud) ?? '')) {
    return toResource({ kind: 'preset', preset }, cloud);
  }
  const what =
    tool === undefined
      ? 'a job can be signed in to Azure'
      : `the tool ${tool.name} signs in to Azure DevOps, which there is`;
  throw new TaskError(
    'RESOURCE_NOT_IN_CLOUD',
    `The service connection is in the cloud ${quote(cloud)}; ${what} in ${listOf(clouds)} only.`,
  );
}
