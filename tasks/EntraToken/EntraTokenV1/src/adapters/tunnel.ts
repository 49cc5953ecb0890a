import type { Agent } from 'node:http';
import type { SecureContext } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Proxy } from '../proxy.ts';

/** An HTTP agent that reaches every host through the proxy's CONNECT tunnel. */
export function createTunnel(proxy: Proxy, secureContext: SecureContext | undefined): Agent {
  const { url, username, password } = proxy;
  // As a header, not in the address: the library writes the address to its debug log.
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return new HttpsProxyAgent(url, {
    headers: username === '' ? {} : { 'Proxy-Authorization': `Basic ${credentials}` },
    rejectUnauthorized: true,
    ...(secureContext === undefined ? {} : { secureContext }),
  });
}
