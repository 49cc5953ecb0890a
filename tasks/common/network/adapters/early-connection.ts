import type { TLSSocket } from 'node:tls';
import { openConnection, type Way } from './connection.ts';

/** A connection that was begun before there was a request for it. */
export interface EarlyConnection {
  /** As of `openConnection`. */
  readonly socket: Promise<TLSSocket>;
  /** The addresses that it was tried to so far. */
  readonly tried: Set<string>;
  /** Ends it, whatever its state. */
  readonly end: () => void;
}

/** The one connection that waits for its request. */
export interface EarlyConnections {
  /** Begins a connection to the host of an address, unless one is waiting there. */
  readonly open: (url: URL, findWay: () => Promise<Way>) => void;
  /**
   * Hands over the connection for a request; undefined where there is none, or where the server has ended it
   * meanwhile. One that failed is handed over: its failure is that of the request's first try.
   */
  readonly take: (url: URL) => EarlyConnection | undefined;
  /** Ends the one that waits, if any. */
  readonly close: () => void;
}

interface Waiting extends EarlyConnection {
  readonly origin: string;
  /** False once it is of no use: it failed, or was ended after it was there. */
  readonly isAlive: () => boolean;
  readonly isLost: () => boolean;
}

/**
 * A place for one connection: while the assertion is on its way, the round trips to Entra are made that need
 * no assertion (name, TCP, tunnel, TLS). Unused, it is no error and holds no process.
 */
export function createEarlyConnections(): EarlyConnections {
  let waiting: Waiting | undefined;
  const close = (): void => {
    waiting?.end();
    waiting = undefined;
  };
  return {
    open(url, findWay) {
      if (waiting?.origin === url.origin && waiting.isAlive()) return;
      close();
      waiting = begin(url, findWay);
    },
    take(url) {
      if (waiting?.origin !== url.origin) return undefined;
      const taken = waiting;
      waiting = undefined;
      if (!taken.isLost()) return taken;
      taken.end();
      return undefined;
    },
    close,
  };
}

function begin(url: URL, findWay: () => Promise<Way>): Waiting {
  const ending = new AbortController();
  const tried = new Set<string>();
  let opened: TLSSocket | undefined;
  let hasFailed = false;
  const opening = { signal: ending.signal, tried };
  const socket = findWay().then(async (way) => openConnection(url, way, opening));
  // Handled here, because nobody else may ask for it.
  socket.then((connected) => (opened = connected)).catch(() => (hasFailed = true));
  // An answer before the request is no answer to it.
  const isLost = (): boolean =>
    opened !== undefined && (opened.closed || !opened.writable || opened.readableLength > 0);
  return {
    origin: url.origin,
    socket,
    tried,
    end: () => ending.abort(),
    isAlive: () => !hasFailed && !isLost(),
    isLost,
  };
}
