import { agentNetwork } from './adapters/agent-network.ts';
import { createVerifyToken, requestAssertionByJob } from './adapters/azure-devops.ts';
import { createExchangeToken, loadLibrary } from './adapters/entra.ts';
import { createSendRequest } from './adapters/https.ts';
import { machineProxyFor } from './adapters/machine-proxy.ts';
import { requestAssertionAt } from './adapters/oidc-endpoint.ts';
import { createAgent } from './adapters/pipeline-agent.ts';
import { cancellation, clock, failOnCrash, silenceDeprecations } from './adapters/process.ts';
import { createTrust } from './adapters/trust.ts';
import { createRetry } from './retry.ts';
import { run } from './run.ts';

/** The whole step may take this long; a job waits for it. */
const timeLimitMs = 90_000;

async function main(): Promise<void> {
  const agent = createAgent();
  failOnCrash(agent);
  silenceDeprecations();
  if (agentNetwork.skipsCertificateChecks()) {
    agent.info(
      'The agent is told not to check TLS certificates; this task checks them all the same.',
    );
  }
  const signal = cancellation();
  const time = clock(signal);
  const deadline = time.now() + timeLimitMs;
  const sendRequest = createSendRequest({
    proxyFor: agentNetwork.hasProxy() ? agentNetwork.proxyFor : machineProxyFor,
    readTrust: () => {
      const caFile = agentNetwork.caFile();
      return caFile === undefined ? undefined : createTrust(caFile);
    },
    remainingMs: () => deadline - time.now(),
    signal,
    debug: (line) => agent.debug(line),
  });
  await run({
    agent,
    requestAssertion: async ({ address, ...request }) =>
      address.kind === 'request-uri'
        ? requestAssertionAt(sendRequest, address.url, request, () => void loadLibrary())
        : requestAssertionByJob(sendRequest, address, request),
    exchangeToken: createExchangeToken(sendRequest),
    verifyToken: createVerifyToken(sendRequest),
    retry: createRetry(time, deadline, (line) => agent.info(line)),
    signal,
  });
}

void main();
