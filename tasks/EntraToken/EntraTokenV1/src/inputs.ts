import {
  isForAzureDevOps,
  parseResource,
  type RequestedResource,
} from '../../../common/access-token/resources.ts';
import { TaskError } from '../../../common/errors/task-error.ts';
import { parseBoolean } from '../../../common/inputs/boolean.ts';
import { createInputReader, type ReadInput } from '../../../common/inputs/input-reader.ts';
import { parseOrganization, type Organization } from '../../../common/job/organization.ts';
import {
  parseConnectionInputs,
  type ConnectionInputs,
} from '../../../common/service-connection/connection-inputs.ts';
import { parseTenantId } from '../../../common/service-connection/tenant-id.ts';
import { quote } from '../../../common/text/text.ts';
import { parseVariableName } from './variable-name.ts';

/** All inputs of the step, checked once. */
export interface Inputs extends ConnectionInputs {
  readonly resource: RequestedResource;
  /** Another tenant than the connection's. */
  readonly tenantId: string | undefined;
  readonly variableName: string;
  readonly isOutput: boolean;
  /** The organisation to call with the token; undefined without `verify`. */
  readonly verifyAt: URL | undefined;
}

/**
 * Reads and checks every input. Throws a TaskError that names the input, its value and what is allowed.
 * `home` is the organisation in which the job runs.
 */
export function parseInputs(readInput: ReadInput, home: Organization): Inputs {
  const read = createInputReader(readInput);
  const connection = parseConnectionInputs(read);
  const resource = parseResource(read('resource') || 'azureDevOps');
  const tenantId = parseTenantId(read('tenantId'));
  const variableName = parseVariableName(read('variableName') || 'EntraToken');
  const isOutput = parseBoolean('isOutput', read('isOutput'));
  const verify = parseBoolean('verify', read('verify'));
  const organization = read('organization');
  const organizationUrl = organization === '' ? home.url : parseOrganization(organization, home);
  if (verify) assertVerifiable(resource);
  return {
    ...connection,
    resource,
    tenantId,
    variableName,
    isOutput,
    verifyAt: verify ? organizationUrl : undefined,
  };
}

function assertVerifiable(resource: RequestedResource): void {
  if (isForAzureDevOps(resource)) return;
  const name = resource.kind === 'preset' ? resource.preset : resource.resource.id;
  throw new TaskError(
    'VERIFY_NEEDS_AZURE_DEVOPS',
    `The input verify is true, and the input resource is ${quote(name)}: verify calls Azure DevOps, ` +
      'which accepts only a token for Azure DevOps itself.',
  );
}
