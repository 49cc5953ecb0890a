import { isIP, type Socket } from 'node:net';

/**
 * How each connection is opened. Node tries the addresses of a name one after the other and gives each 250 ms
 * (`net.setDefaultAutoSelectFamilyAttemptTimeout`), too little for a slow way beside a dead one.
 */
export const connecting = { autoSelectFamilyAttemptTimeout: 5_000 } as const;

/** Notes each address that a socket tries to connect to, in order. */
export function watchAddresses(socket: Socket, tried: Set<string>): void {
  socket.on('connectionAttempt', (address: string) => void tried.add(address));
}

/** The host of an address as sockets take it: an IPv6 address without brackets. */
export const toHostName = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** The name that TLS asks for and checks; an IP address is none (RFC 6066 section 3). */
export function toServerName(url: URL): string {
  const host = toHostName(url);
  return isIP(host) === 0 ? host : '';
}
