import { createInputReader, type ReadInput } from '../../../common/inputs/input-reader.ts';
import {
  parseOrganization,
  toOrganization,
  type Organization,
} from '../../../common/job/organization.ts';
import {
  parseConnectionInputs,
  type ConnectionInputs,
} from '../../../common/service-connection/connection-inputs.ts';
import { parseTenantId } from '../../../common/service-connection/tenant-id.ts';
import type { Tool } from './tools/tool.ts';
import { parseTools } from './tools/tools.ts';

/** All inputs of the step, checked once. */
export interface Inputs extends ConnectionInputs {
  /** Another tenant than the connection's. */
  readonly tenantId: string | undefined;
  readonly tools: readonly Tool[];
  /** The organisations that may get a token for Azure DevOps; each once. */
  readonly organizations: readonly Organization[];
}

/**
 * Reads and checks every input. Throws a TaskError that names the input, its value and what is allowed.
 * `home` is the organisation in which the job runs.
 */
export function parseInputs(readInput: ReadInput, home: Organization): Inputs {
  const read = createInputReader(readInput);
  return {
    ...parseConnectionInputs(read),
    tenantId: parseTenantId(read('tenantId')),
    tools: parseTools(read('tools')),
    organizations: parseOrganizations(read('organizations'), home),
  };
}

function parseOrganizations(value: string, home: Organization): readonly Organization[] {
  const named = value
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .flatMap((name) => toOrganization(parseOrganization(name, home, 'organizations')) ?? []);
  const all = named.length === 0 ? [home] : named;
  return [...new Map(all.map((organization) => [organization.key, organization])).values()];
}
