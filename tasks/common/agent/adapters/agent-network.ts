import * as taskLib from 'azure-pipelines-task-lib/task.js';
import { isBypassed, parseBypassList, type BypassList } from '../../network/bypass-list.ts';
import { parseProxy, type Proxy } from '../../network/proxy.ts';

/** The agent's own network settings, as its task library tells them. */
export const agentNetwork = {
  /** Whether the agent itself works behind a proxy; if so, the machine's settings do not count. */
  hasProxy: (): boolean => Boolean(taskLib.getVariable('Agent.ProxyUrl')),

  /** The addresses that the agent's proxy is not used for. */
  bypassList: (): BypassList => parseBypassList(taskLib.getVariable('Agent.ProxyBypassList')),

  /** The agent's proxy for an address; undefined where its bypass list exempts it. */
  proxyFor: (url: URL): Proxy | undefined => {
    const address = taskLib.getVariable('Agent.ProxyUrl');
    if (!address || isBypassed(url, agentNetwork.bypassList())) return undefined;
    const [username, password] = ['Agent.ProxyUsername', 'Agent.ProxyPassword'].map((name) =>
      taskLib.getVariable(name),
    );
    return parseProxy("the agent's setting", address, username, password);
  },

  /** The file with the agent's additional CA certificates. */
  caFile: (): string | undefined => taskLib.getVariable('Agent.CAInfo') || undefined,

  /** Whether the agent was told not to check certificates; this task checks them all the same. */
  skipsCertificateChecks: (): boolean =>
    taskLib.getVariable('Agent.SkipCertValidation')?.toLowerCase() === 'true',
};
