import { getProxyForUrl } from 'proxy-from-env';
import { parseProxy, type Proxy } from '../proxy.ts';

/** The proxy that HTTPS_PROXY, ALL_PROXY and NO_PROXY of the machine (in any case) give for an address. */
export function machineProxyFor(url: URL): Proxy | undefined {
  const address = getProxyForUrl(url.href);
  return address === '' ? undefined : parseProxy('HTTPS_PROXY', withScheme(address));
}

// The library takes the request's scheme where none is written; curl and others take http.
function withScheme(address: string): string {
  const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
  const bare = names
    .map((name) => process.env[name])
    .find((value) => address === `https://${value}`);
  return bare === undefined ? address : `http://${bare}`;
}
