import { clock } from '../../network/adapters/clock.ts';
import { createHttps, type Https } from '../../network/adapters/https.ts';
import { machineProxyFor } from '../../network/adapters/machine-proxy.ts';
import { readTrust } from '../../network/adapters/trust.ts';
import type { Proxy } from '../../network/proxy.ts';
import { createRetry, type Retry } from '../../network/retry.ts';
import { quote } from '../../text/text.ts';
import type { Agent } from '../agent.ts';
import { agentNetwork } from './agent-network.ts';
import { createAgent } from './pipeline-agent.ts';
import { cancellation, failOnCrash, silenceDeprecations } from './process.ts';

/** What every step stands on. */
export interface Step {
  readonly agent: Agent;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
  readonly https: Https;
  readonly retry: Retry;
  /** How this machine reaches the services, for a process that goes on after the step. */
  readonly network: StepNetwork;
}

/** The network settings of a step. */
export interface StepNetwork {
  /** The proxy for an address, if any. */
  readonly proxyFor: (url: URL) => Proxy | undefined;
  /** File with CA certificates beyond Node's own. */
  readonly caFile: string | undefined;
}

/** The whole step may take this long; a job waits for it. */
const timeLimitMs = 90_000;

/** Makes this process the step of a task: from now on, whatever happens ends as the agent expects it. */
export function startStep(): Step {
  const agent = createAgent();
  failOnCrash(agent);
  silenceDeprecations();
  if (agentNetwork.skipsCertificateChecks()) {
    agent.info(
      'The agent is told not to check TLS certificates; this task checks them all the same.',
    );
  }
  for (const entry of agentNetwork.hasProxy() ? agentNetwork.bypassList().skipped : []) {
    agent.info(
      `The bypass list of the agent's proxy has ${quote(entry)}, which is no regular expression; the agent skips it, and so does this step.`,
    );
  }
  const signal = cancellation();
  const time = clock(signal);
  const deadline = time.now() + timeLimitMs;
  const network = {
    proxyFor: agentNetwork.hasProxy() ? agentNetwork.proxyFor : machineProxyFor,
    caFile: agentNetwork.caFile(),
  };
  const { proxyFor, caFile } = network;
  const https = createHttps({
    proxyFor,
    readTrust: async () => readTrust(caFile),
    remainingMs: () => deadline - time.now(),
    signal,
    debug: (line) => agent.debug(line),
  });
  const retry = createRetry(time, deadline, (line) => agent.info(line));
  return { agent, signal, https, retry, network };
}
