import * as taskLib from 'azure-pipelines-task-lib/task.js';
import { TaskError } from '../../errors/task-error.ts';
import { parseProxy, type Proxy } from '../../network/proxy.ts';

/** The agent's own network settings, as its task library tells them. */
export const agentNetwork = {
  /** Whether the agent itself works behind a proxy; if so, the machine's settings do not count. */
  hasProxy: (): boolean => Boolean(taskLib.getVariable('Agent.ProxyUrl')),

  /** The agent's proxy for an address; undefined where its bypass list exempts it. */
  proxyFor: (url: URL): Proxy | undefined => {
    let settings: ReturnType<typeof taskLib.getHttpProxyConfiguration>;
    try {
      settings = taskLib.getHttpProxyConfiguration(`${url.origin}${url.pathname}`);
    } catch (cause) {
      throw new TaskError(
        'PROXY_INVALID',
        "The agent's proxy address or an expression of its bypass list cannot be read.",
        { cause },
      );
    }
    if (settings === null) return undefined;
    const { proxyUrl, proxyUsername, proxyPassword } = settings;
    return parseProxy("the agent's setting", proxyUrl, proxyUsername, proxyPassword);
  },

  /** The file with the agent's additional CA certificates. */
  caFile: (): string | undefined => taskLib.getVariable('Agent.CAInfo') || undefined,

  /** Whether the agent was told not to check certificates; this task checks them all the same. */
  skipsCertificateChecks: (): boolean =>
    taskLib.getVariable('Agent.SkipCertValidation')?.toLowerCase() === 'true',
};
