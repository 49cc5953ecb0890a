import { toUsableAssertion } from './assertion.ts';
import { readClaims } from './claims.ts';
import { parseConnection, type FederatedConnection } from './connection.ts';
import { TaskError, toLogMessage, toTaskError, type ErrorCode } from './errors.ts';
import { toFederationReport } from './federation-report.ts';
import { parseInputs, type Inputs } from './inputs.ts';
import { silencingVariable, toIssuerWarning } from './issuer.ts';
import { parseJob, type Job } from './job.ts';
import { toMasks } from './masks.ts';
import type { AccessToken, Agent, ExchangeToken, RequestAssertion, VerifyToken } from './ports.ts';
import { toReport } from './report.ts';
import { toResource, type Resource } from './resources.ts';
import type { Retry } from './retry.ts';
import { toVariables } from './variables.ts';

/** The collaborators of the flow, as plain functions. */
export interface Collaborators {
  readonly agent: Agent;
  readonly requestAssertion: RequestAssertion;
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

/** Codes with which Entra refuses an assertion that a fresh one may replace. */
const staleAssertion: ReadonlySet<ErrorCode> = new Set([
  'ASSERTION_EXPIRED',
  'ASSERTION_SIGNATURE_INVALID',
  'ASSERTION_INVALID',
]);

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
    const lines = toReport(issued);
    if (signal.aborted) return;
    warnOfOldIssuer(plan, assertion, agent);
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
  const { connectionType, connectionId } = inputs;
  const connection = parseConnection(
    connectionId,
    connectionType,
    agent.readServiceConnection(connectionId),
  );
  const resource = toResource(inputs.resource, connection.cloud);
  return { inputs, job, connection, resource, tenantId: inputs.tenantId ?? connection.tenantId };
}

async function obtainToken(
  plan: Plan,
  collaborators: Collaborators,
): Promise<{ readonly token: AccessToken; readonly assertion: string }> {
  const { agent } = collaborators;
  const first =
    toUsableAssertion(plan.connection.assertion, new Date()) ??
    (await requestAssertion(plan, collaborators));
  agent.mask(first);
  try {
    return { token: await exchange(plan, first, collaborators), assertion: first };
  } catch (thrown) {
    if (!(thrown instanceof TaskError) || !staleAssertion.has(thrown.code)) throw thrown;
    agent.info(`Entra refused the assertion (${thrown.code}); asking for a fresh one.`);
  }
  const fresh = await requestAssertion(plan, collaborators);
  agent.mask(fresh);
  return { token: await exchange(plan, fresh, collaborators), assertion: fresh };
}

async function requestAssertion(plan: Plan, collaborators: Collaborators): Promise<string> {
  const { connection, job } = plan;
  return collaborators.retry('The request for the assertion', async () =>
    collaborators.requestAssertion({
      address: job.oidcAddress,
      connectionId: connection.id,
      jobToken: job.token,
    }),
  );
}

async function exchange(
  { connection, resource, tenantId }: Plan,
  assertion: string,
  { agent, exchangeToken, retry }: Collaborators,
): Promise<AccessToken> {
  const { authorityHost, clientId } = connection;
  try {
    return await retry('The exchange for an access token', async () =>
      exchangeToken({ authorityHost, tenantId, clientId, scope: resource.scope, assertion }),
    );
  } catch (thrown) {
    const error = toTaskError(thrown);
    for (const line of toFederationReport(error.code, readClaims(assertion), connection)) {
      agent.info(line);
    }
    throw error;
  }
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

function warnOfOldIssuer(plan: Plan, assertion: string, agent: Agent): void {
  const warning = toIssuerWarning(readClaims(assertion), plan.connection);
  if (warning === undefined) return;
  if (agent.readVariable(silencingVariable)?.toLowerCase() === 'true') return;
  agent.warn(warning);
}
