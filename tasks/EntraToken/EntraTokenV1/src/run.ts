import { readClaims } from '../../../common/assertion/claims.ts';
import {
  parseConnection,
  type FederatedConnection,
} from '../../../common/service-connection/connection.ts';
import { toIgnoredLine } from '../../../common/service-connection/connection-inputs.ts';
import { toLogMessage } from '../../../common/errors/log-message.ts';
import { toTaskError } from '../../../common/errors/task-error.ts';
import {
  obtainAccessToken,
  type Obtained,
} from '../../../common/access-token/obtain-access-token.ts';
import { parseInputs, type Inputs } from './inputs.ts';
import { createAssertionSource } from '../../../common/assertion/assertion-source.ts';
import { warnOfOldIssuer } from '../../../common/assertion/issuer-warning.ts';
import { parseJob, type Job } from '../../../common/job/job.ts';
import { toMasks } from '../../../common/access-token/masks.ts';
import type { AccessToken, ExchangeToken } from '../../../common/access-token/access-token.ts';
import type { Agent } from '../../../common/agent/agent.ts';
import type { RequestAssertion } from '../../../common/assertion/request-assertion.ts';
import type { VerifyToken } from './verify-token.ts';
import { readStepPlace, toNameWarning, toOutputReferences } from './output-references.ts';
import { toPresenceLine, toReport } from './report.ts';
import { toResource, type Resource } from '../../../common/access-token/resources.ts';
import type { Retry } from '../../../common/network/retry.ts';
import { toVariables } from './variables.ts';

/** The collaborators of the flow, as plain functions. */
export interface Collaborators {
  readonly agent: Agent;
  readonly requestAssertion: RequestAssertion;
  /** Opens the connection for the next request to the host of an address. */
  readonly connectEarly: (url: URL) => void;
  readonly exchangeToken: ExchangeToken;
  readonly verifyToken: VerifyToken;
  readonly retry: Retry;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
}

/** Everything that is known before the first request. */
interface Plan {
  readonly inputs: Inputs;
  readonly job: Job;
  readonly connection: FederatedConnection;
  readonly resource: Resource;
  readonly tenantId: string;
}

/**
 * The whole step, from the inputs to the variables. Never rejects: it ends the step with exactly one
 * result, and with none after a cancellation, which the agent reports itself.
 */
export async function run(collaborators: Collaborators): Promise<void> {
  const { agent, signal } = collaborators;
  try {
    const plan = createPlan(agent);
    const { token, assertion } = await obtainToken(plan, collaborators);
    for (const mask of toMasks(token.value)) agent.mask(mask);
    await verify(plan, token, collaborators);
    const issued = {
      ...plan,
      token,
      objectId: readClaims(token.value)?.objectId,
      issuer: readClaims(assertion)?.issuer,
    };
    // Everything that could still fail comes before the first variable is set.
    const variables = toVariables(issued);
    const place = readStepPlace((name) => agent.readVariable(name));
    const isOutput = plan.inputs.isOutput;
    const { variableName } = plan.inputs;
    const lines = [
      ...[toPresenceLine(variableName, agent.readVariable(variableName)) ?? []].flat(),
      ...toReport(issued),
      ...(isOutput ? toOutputReferences(place, plan.inputs.variableName) : []),
    ];
    const nameWarning = isOutput ? toNameWarning(place) : undefined;
    if (signal.aborted) return;
    warnOfOldIssuer(agent, readClaims(assertion), plan.connection);
    if (nameWarning !== undefined) agent.warn(nameWarning);
    for (const variable of variables) agent.setVariable(variable);
    for (const line of lines) agent.info(line);
    agent.succeed();
  } catch (thrown) {
    if (signal.aborted) return;
    const error = toTaskError(thrown);
    agent.fail(error.code, toLogMessage(error));
  }
}

function createPlan(agent: Agent): Plan {
  const job = parseJob(agent);
  const inputs = parseInputs((name) => agent.readInput(name), job.organization);
  const ignored = toIgnoredLine(inputs);
  if (ignored !== undefined) agent.info(ignored);
  const { connectionType, connectionId } = inputs;
  const connection = parseConnection(
    connectionId,
    connectionType,
    agent.readServiceConnection(connectionId),
  );
  const resource = toResource(inputs.resource, connection.cloud);
  return { inputs, job, connection, resource, tenantId: inputs.tenantId ?? connection.tenantId };
}

async function obtainToken(plan: Plan, collaborators: Collaborators): Promise<Obtained> {
  const { agent, exchangeToken, retry } = collaborators;
  const { connection, resource, tenantId } = plan;
  const assertions = createAssertionSource({
    ...plan,
    ...collaborators,
    mask: (secret) => agent.mask(secret),
  });
  return obtainAccessToken(
    { connection, tenantId, scope: resource.scope },
    { assertions, exchangeToken, retry, say: (line) => agent.info(line) },
  );
}

async function verify(
  { inputs }: Plan,
  token: AccessToken,
  { agent, retry, verifyToken }: Collaborators,
): Promise<void> {
  const organizationUrl = inputs.verifyAt;
  if (organizationUrl === undefined) return;
  const name = await retry('The call to verify the access token', async () =>
    verifyToken({ organizationUrl, accessToken: token.value }),
  );
  agent.info(
    `${organizationUrl.href} accepts the access token and knows the identity as "${name}".`,
  );
}
