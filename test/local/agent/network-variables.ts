import { existsSync } from 'node:fs';
import type { AgentCertificates, AgentProxy } from './surroundings.ts';
import type { JobVariable } from './variables.ts';

/** The variables in which the agent tells a task of its proxy and certificates (`AW/ExecutionContext.cs:668-720`). */
export function createNetworkVariables(
  proxy: AgentProxy | undefined,
  certificates: AgentCertificates,
): JobVariable[] {
  const variables: JobVariable[] = [];
  const add = (name: string, value: string | undefined, secret = false): void => {
    if (value !== undefined) variables.push({ name, value, secret });
  };
  if (proxy !== undefined) {
    add('agent.proxyurl', proxy.url);
    add('agent.proxyusername', proxy.username);
    add('agent.proxypassword', proxy.password, true);
    if ((proxy.bypass ?? []).length > 0) {
      add('agent.proxybypasslist', JSON.stringify(proxy.bypass));
    }
    if (proxy.useBasicAuth !== undefined) {
      add('agent.usebasicauthforproxy', proxy.useBasicAuth ? 'True' : 'False');
    }
  }
  const { caFile, clientCertificate, skipValidation } = certificates;
  if (skipValidation === true) add('agent.skipcertvalidation', 'True');
  add('agent.cainfo', caFile);
  add('agent.clientcert', clientCertificate?.file);
  add('agent.clientcertkey', clientCertificate?.keyFile);
  add('agent.clientcertarchive', clientCertificate?.archive);
  add('agent.clientcertpassword', clientCertificate?.password, true);
  return variables;
}

/** What OpenSSL, curl, git, Node.js, Python, pip, npm and cargo read the trusted authorities from. */
const certificateFileNames = [
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'npm_config_cafile',
  'CARGO_HTTP_CAINFO',
];

/**
 * What the machine's owner has set so that the tools in scripts find the proxy and trust its authority:
 * with this, a pipeline needs no flag of its own. Tasks do not see it; they follow the agent's settings.
 */
export function createScriptMachine(
  proxy: AgentProxy | undefined,
  caFile: string | undefined,
  home?: string,
): Record<string, string> {
  const machine: Record<string, string> = {};
  if (proxy !== undefined) {
    const url = new URL(proxy.url);
    url.username = encodeURIComponent(proxy.username ?? '');
    url.password = encodeURIComponent(proxy.password ?? '');
    for (const scheme of ['HTTPS', 'HTTP', 'ALL']) {
      const name = `${scheme}_PROXY`;
      machine[name] = machine[name.toLowerCase()] = url.href;
    }
    for (const name of ['NO_PROXY', 'no_proxy']) machine[name] = 'localhost,127.0.0.1';
    // Node.js looks at the variables above only with this one, from version 24 on.
    machine['NODE_USE_ENV_PROXY'] = '1';
    machine['NODE_OPTIONS'] = `--import=${new URL('no-way-out.js', import.meta.url).href}`;
  }
  if (caFile !== undefined) {
    for (const name of certificateFileNames) machine[name] = caFile;
  }
  const java = createJavaOptions(proxy, caFile, home);
  if (java.length > 0) machine['JAVA_TOOL_OPTIONS'] = java.join(' ');
  return machine;
}

/** Java has none of the three from variables; a trust store stands beside the PEM file of a world. */
function createJavaOptions(
  proxy: AgentProxy | undefined,
  caFile: string | undefined,
  home: string | undefined,
): string[] {
  const options = home === undefined ? [] : [`-Duser.home=${home}`];
  if (proxy !== undefined) {
    const { hostname, port } = new URL(proxy.url);
    for (const scheme of ['https', 'http']) {
      options.push(`-D${scheme}.proxyHost=${hostname}`, `-D${scheme}.proxyPort=${port || '80'}`);
    }
  }
  const trustStore = caFile?.replace(/\.pem$/, '.jks');
  if (trustStore !== undefined && trustStore !== caFile && existsSync(trustStore)) {
    options.push(`-Djavax.net.ssl.trustStore=${trustStore}`);
  }
  return options;
}
