import { toMasks } from '../../../common/access-token/masks.ts';
import { obtainAccessToken } from '../../../common/access-token/obtain-access-token.ts';
import { createAssertionSource } from '../../../common/assertion/assertion-source.ts';
import { readClaims } from '../../../common/assertion/claims.ts';
import { warnOfOldIssuer } from '../../../common/assertion/issuer-warning.ts';
import { toLogMessage } from '../../../common/errors/log-message.ts';
import { toTaskError } from '../../../common/errors/task-error.ts';
import type { Collaborators, Keeper, Session } from './collaborators.ts';
import { createPlan, type Plan } from './plan.ts';
import { toReport } from './report.ts';
import { toReplacedLine, toRivalWarnings } from './rivals.ts';
import type { ProxySetting, Settings } from './session/settings.ts';
import type { SignIn } from './tools/tool.ts';

/**
 * The whole step, from the inputs to a job that is signed in. Never rejects: it ends the step with exactly one result,
 * and with none after a cancellation, which the agent reports itself. Whatever fails leaves no process, no folder and
 * no variable.
 */
export async function run(collaborators: Collaborators): Promise<void> {
  const { agent, signal, openSession } = collaborators;
  let session: Session | undefined;
  let keeper: Keeper | undefined;
  try {
    const plan = createPlan(agent);
    session = openSession();
    // Started first, so that it is ready when the requests are done.
    keeper = collaborators.startKeeper(toSettings(plan, session, collaborators));
    const warnings = await signIn(plan, session, keeper, collaborators);
    for (const warning of warnings) agent.warn(warning);
    agent.succeed();
  } catch (thrown) {
    await keeper?.dismiss();
    session?.remove();
    if (signal.aborted) return;
    const error = toTaskError(thrown);
    agent.fail(error.code, toLogMessage(error));
  }
}

async function signIn(
  plan: Plan,
  session: Session,
  keeper: Keeper,
  collaborators: Collaborators,
): Promise<readonly string[]> {
  const { agent, job, signal, machine } = collaborators;
  const { inputs, connection, tenantId } = plan;
  const { tools } = inputs;
  // Before the requests: a tool that cannot be signed in costs none.
  await Promise.all(tools.map(async (tool) => tool.check?.(machine, session.folder)));
  const [{ token, assertion }, ...remarks] = await Promise.all([
    obtain(plan, collaborators),
    // Programs run while the requests are on their way, and begin after them: to start one holds up this process.
    ...tools.map(async (tool) => {
      await new Promise((resolve) => setImmediate(resolve));
      return (await tool.remark?.(machine)) ?? [];
    }),
  ]);
  for (const mask of toMasks(token.value)) agent.mask(mask);
  const { port, key } = await keeper.prove({
    assertion,
    token: {
      value: token.value,
      scope: plan.proof.scope,
      obtainedOn: Date.now(),
      expiresOn: token.expiresOn.getTime(),
    },
  });
  agent.mask(key);
  const signedIn: SignIn = {
    connection,
    tenantId,
    organizations: inputs.organizations,
    folder: session.folder,
    command: session.command,
    port,
    key,
    readVariable: (name) => agent.readVariable(name),
    environment: machine.environment,
  };
  const setups = tools.map((tool) => tool.setUp(signedIn));
  session.write(setups.flatMap(({ files = [] }) => files));
  for (const [index, tool] of tools.entries()) {
    const setup = setups[index];
    if (setup !== undefined) await tool.signIn?.(setup, machine);
  }
  const variables = setups.flatMap((setup) => setup.variables);
  const warnings = [...toRivalWarnings(tools, signedIn.readVariable), ...remarks.flat()];
  const replaced = toReplacedLine(variables, signedIn.readVariable);
  const report = toReport({ plan, signIn: signedIn, token, assertion });
  // Everything that could still fail comes before this; from here on nothing waits.
  if (signal.aborted) throw signal.reason;
  job.remember(session.folder);
  keeper.go();
  warnOfOldIssuer(agent, readClaims(assertion), connection);
  if (replaced !== undefined) agent.info(replaced);
  for (const variable of variables) job.setVariable(variable);
  for (const folder of session.path.toReversed()) job.prependPath(folder);
  for (const line of report) agent.info(line);
  return warnings;
}

async function obtain(plan: Plan, collaborators: Collaborators) {
  const { agent, exchangeToken, retry } = collaborators;
  const { connection, tenantId, proof } = plan;
  const assertions = createAssertionSource({
    ...plan,
    ...collaborators,
    job: plan.job,
    mask: (secret) => agent.mask(secret),
  });
  return obtainAccessToken(
    { connection, tenantId, scope: proof.scope },
    { assertions, exchangeToken, retry, say: (line) => agent.info(line) },
  );
}

function toSettings(plan: Plan, { folder }: Session, { network }: Collaborators): Settings {
  const { connection, tenantId, job, oidcUrl } = plan;
  const { authorityHost, clientId, cloud } = connection;
  const proxies: Record<string, ProxySetting> = {};
  for (const url of [oidcUrl, new URL(authorityHost)]) {
    const proxy = network.proxyFor(url);
    if (proxy !== undefined) proxies[url.origin] = { ...proxy, url: proxy.url.href };
  }
  return {
    folder,
    oidcUrl: oidcUrl.href,
    connectionId: connection.id,
    jobToken: job.token,
    identity: { authorityHost, tenantId, clientId, cloud },
    network: { proxies, caFile: network.caFile },
  };
}
