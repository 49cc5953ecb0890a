import type { ClientRequest } from 'node:http';

/**
 * How each connection is opened. Node tries the addresses of a name one after the other and gives each 250 ms
 * (`net.setDefaultAutoSelectFamilyAttemptTimeout`), too little for a slow way beside a dead one.
 */
export const connecting = { autoSelectFamilyAttemptTimeout: 5_000 } as const;

/** Notes each address that a request tries to connect to, in order. */
export function watchAddresses(outgoing: ClientRequest, tried: Set<string>): void {
  outgoing.once('socket', (socket) => {
    socket.on('connectionAttempt', (address: string) => void tried.add(address));
  });
}
