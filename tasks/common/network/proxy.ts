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
 * `PROXY_INVALID` for anything but http and https, and for credentials that programs read differently.
 * `source` names where the address comes from.
 */
export function parseProxy(
  source: string,
  address: string,
  username?: string,
  password?: string,
): Proxy {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const fault = toFault(address);
  if (fault !== undefined || url === undefined || url.hostname === '') {
    throw new TaskError(
      'PROXY_INVALID',
      // Credentials may stand before an "@".
      `The proxy address from ${source} is ${quote(address.replace(/^[^]*@/, '...@'))}: ` +
        `${fault ?? 'it is no http or https address'}.`,
    );
  }
  return {
    url: new URL(url.origin),
    username: username || decode(url.username),
    password: (username ? password : undefined) ?? decode(url.password),
  };
}

/** Characters that end the credentials or the host of an address, and how they are written inside (RFC 3986). */
const reserved: Readonly<Record<string, string>> = {
  '\\': '%5C',
  '@': '%40',
  '#': '%23',
  '/': '%2F',
  '?': '%3F',
};

function toFault(address: string): string | undefined {
  const [, scheme = '', rest] = /^([a-z][a-z0-9+.-]*):\/\/([^]*)$/i.exec(address) ?? [];
  if (rest === undefined) return 'it has no scheme; an http or https address begins with "http://"';
  if (!['http', 'https'].includes(scheme.toLowerCase())) {
    return `it begins with "${scheme}://"; the step speaks with an http or https proxy only`;
  }
  const credentials = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
  const found = /[\\@#/?]/.exec(credentials)?.[0];
  return found === undefined
    ? undefined
    : `there is a "${found}" in its user name or password, which is written "${reserved[found] ?? ''}" there`;
}

// A password with a bare "%" is not encoded at all.
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
