import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection that came through a relay. */
export interface RelayedConnection {
  /** Milliseconds of `performance.now()`. */
  readonly openedAt: number;
  /** Bytes that the client has sent. */
  sent: number;
  /** Ends it as the server would: in order, or by a TCP reset. */
  readonly end: (how: 'close' | 'reset') => void;
}

/** Where a relay leads, and how far that is. */
export interface RelayOptions {
  /** A port of 127.0.0.1; undefined: every connection is accepted and never answered. */
  readonly port: number | undefined;
  /** Milliseconds from there and back again; 0. */
  readonly roundTripMs?: number;
}

/** A port in front of another one that sees every connection. */
export interface Relay {
  readonly port: number;
  /** Every connection, in order. */
  readonly connections: readonly RelayedConnection[];
  readonly close: () => Promise<void>;
}

/**
 * Starts a relay. Each direction of each connection is held back by half the round trip, and what the client
 * sends first by a whole one more: that is what TCP's own handshake takes, which loopback does not.
 */
export async function startRelay({ port, roundTripMs = 0 }: RelayOptions): Promise<Relay> {
  const connections: RelayedConnection[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (front) => {
    const openedAt = performance.now();
    const connection: RelayedConnection = {
      openedAt,
      sent: 0,
      end: (how) => void (how === 'close' ? front.end() : front.resetAndDestroy()),
    };
    connections.push(connection);
    front.on('data', ({ length }: Buffer) => (connection.sent += length));
    sockets.add(front);
    front.on('error', () => undefined);
    front.on('close', () => sockets.delete(front));
    if (port === undefined) return;
    const back = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    sockets.add(back);
    back.on('close', () => sockets.delete(back));
    carry(front, back, roundTripMs / 2, openedAt + 1.5 * roundTripMs);
    carry(back, front, roundTripMs / 2, 0);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands on what one socket gets, its end and its failure too: each `delayMs` later, nothing before `from`. */
function carry(source: Socket, sink: Socket, delayMs: number, from: number): void {
  let last = from;
  const later = (act: () => void): void => {
    if (delayMs === 0) return act();
    // Never earlier than what came before it.
    last = Math.max(last, performance.now() + delayMs);
    setTimeout(act, last - performance.now());
  };
  source.on('data', (chunk: Buffer) => later(() => void (sink.writable && sink.write(chunk))));
  source.on('end', () => later(() => sink.end()));
  source.on('error', () => later(() => sink.destroy()));
  source.on('close', (hasFailed) => later(() => hasFailed && sink.destroy()));
}
