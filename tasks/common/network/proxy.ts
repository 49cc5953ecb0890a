import { TaskError } from '../errors/task-error.ts';
import { quote } from '../text/text.ts';

/** A proxy that tunnels with CONNECT. */
export interface Proxy {
  /** Without credentials. */
  readonly url: URL;
  readonly username: string;
  readonly password: string;
}

/**
 * A proxy's address and credentials; those given apart win over those in the address. Throws
 * `PROXY_INVALID` for anything but http and https. `source` names where the address comes from.
 */
export function parseProxy(
  source: string,
  address: string,
  username?: string,
  password?: string,
): Proxy {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new TaskError(
      'PROXY_INVALID',
      // Credentials may stand before an "@".
      `The proxy address from ${source} is ${quote(address.replace(/^[^]*@/, '...@'))}, which is no http or https address.`,
    );
  }
  return {
    url: new URL(url.origin),
    username: username || decode(url.username),
    password: (username ? password : undefined) ?? decode(url.password),
  };
}

// A password with a bare "%" is not encoded at all.
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
