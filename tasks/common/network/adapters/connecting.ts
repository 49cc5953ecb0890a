import { isIP, type Socket } from 'node:net';

/**
 * How each connection is opened. Node tries the addresses of a name one after the other and gives each 250 ms
 * (`net.setDefaultAutoSelectFamilyAttemptTimeout`), too little for a slow way beside a dead one.
 */
export const connecting = { autoSelectFamilyAttemptTimeout: 5_000 } as const;

/** What a connection listens to while it is made and after, and what it tells. */
export interface Opening {
  /** Ends the attempt and, once there is one, the connection. */
  readonly signal: AbortSignal;
  /** Gets the addresses that a connection is tried to. */
  readonly tried: Set<string>;
  /** Called when TCP's handshake has begun, at least once: there is something to wait for. */
  readonly onAttempt: () => void;
}

/** Notes each address that a socket tries to connect to, in order. Of a name: who gave an address knows it. */
export function watchAttempts(socket: Socket, host: string, { tried, onAttempt }: Opening): void {
  socket.on('connectionAttempt', (address: string) => {
    if (isIP(host) === 0) tried.add(address);
    onAttempt();
  });
}

/** The host of an address as sockets take it: an IPv6 address without brackets. */
export const toHostName = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** The name that TLS asks for and checks; an IP address is none (RFC 6066 section 3). */
export function toServerName(url: URL): string {
  const host = toHostName(url);
  return isIP(host) === 0 ? host : '';
}
