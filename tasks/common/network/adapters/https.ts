import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import manifest from '../../../../package.json' with { type: 'json' };
import { TaskError, toTaskError } from '../../errors/task-error.ts';
import { toNetworkError, withAddresses } from '../network-error.ts';
import type { HttpAnswer, HttpRequest, SendRequest } from '../send-request.ts';
import type { Proxy } from '../proxy.ts';
import { now } from './clock.ts';
import { openConnection, type Way } from './connection.ts';
import { createEarlyConnections, type EarlyConnection } from './early-connection.ts';
import { readAnswer } from './read-answer.ts';
import type { Trust } from './trust.ts';

/** What the requests of one step have in common. */
export interface HttpsOptions {
  /** The proxy for an address, if any. */
  readonly proxyFor: (url: URL) => Proxy | undefined;
  /** Read when the first request is made; rejects with `CA_FILE_UNREADABLE`. */
  readonly readTrust: () => Promise<Trust>;
  /** Milliseconds that are left for the whole step. */
  readonly remainingMs: () => number;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
  /** Gets a line for each request when it is over: what, where, how it ended, how long it took. */
  readonly debug: (line: string) => void;
}

/** The one HTTP stack of a process. */
export interface Https {
  readonly sendRequest: SendRequest;
  /**
   * Opens the connection for the next request to the host of an address while there is something else to
   * wait for. Throws nothing and tells nothing: what is wrong is found and told by the request.
   */
  readonly connectEarly: (url: URL) => void;
  /** Ends a connection that was opened early and has had no request. */
  readonly close: () => void;
}

const requestTimeoutMs = 30_000;
const userAgent = `${manifest.name}/${manifest.version}`;

/**
 * The one HTTP stack of the task. It follows no redirect, checks every certificate whatever the
 * environment says, and bounds each request in time (its body included) and in size.
 */
export function createHttps(options: HttpsOptions): Https {
  let trust: Promise<Trust> | undefined;
  const toWay = async (url: URL): Promise<Way> => {
    const proxy = options.proxyFor(url);
    trust ??= options.readTrust();
    try {
      return { proxy, trust: await trust };
    } catch (cause) {
      // The next request looks again: the keeper lives for hours, and a file may be just being replaced.
      trust = undefined;
      throw cause;
    }
  };
  const early = createEarlyConnections();
  options.signal.addEventListener('abort', early.close);
  return {
    close: early.close,
    connectEarly(url) {
      if (!options.signal.aborted) early.open(url, async () => toWay(url));
    },
    async sendRequest(request) {
      const way = await toWay(request.url);
      const remainingMs = options.remainingMs();
      if (remainingMs <= 0) {
        throw new TaskError(
          'TIME_LIMIT_REACHED',
          `The time limit of the step was reached before the request to ${request.url.host}.`,
        );
      }
      const via = way.proxy?.url.origin;
      const startedAt = now();
      const tell = (outcome: string): void =>
        options.debug(
          `${request.method} ${request.url.host}${via === undefined ? '' : ` through ${via}`}: ` +
            `${outcome} after ${Math.round(now() - startedAt)} ms`,
        );
      try {
        const answer = await send(request, {
          way,
          early: early.take(request.url),
          timeoutMs: Math.min(request.timeoutMs ?? requestTimeoutMs, remainingMs),
          signal: options.signal,
        });
        tell(`HTTP status ${answer.status}`);
        return answer;
      } catch (cause) {
        tell(toTaskError(cause).code);
        throw cause;
      }
    },
  };
}

interface Transfer {
  readonly way: Way;
  readonly early: EarlyConnection | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** One request from the connection to the last byte of the body; leaves nothing open, whatever happens. */
async function send(request: HttpRequest, transfer: Transfer): Promise<HttpAnswer> {
  const { way, early, timeoutMs, signal } = transfer;
  const { host } = request.url;
  const via = way.proxy?.url.origin;
  const ending = new AbortController();
  const tried = early?.tried ?? new Set();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    ending.abort();
  }, timeoutMs);
  const cancel = (): void => ending.abort();
  signal.addEventListener('abort', cancel);
  if (early !== undefined) ending.signal.addEventListener('abort', early.end);
  if (signal.aborted) cancel();
  try {
    const { signal } = ending;
    const socket = await (early?.socket ?? openConnection(request.url, way, { signal, tried }));
    const incoming = await start(request, socket, signal);
    return await readAnswer(incoming, host);
  } catch (cause) {
    throw withAddresses(
      isLate ? timedOut(host, via, timeoutMs, cause) : toNetworkError(cause, host, via),
      tried,
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    ending.abort();
  }
}

async function start(
  request: HttpRequest,
  socket: TLSSocket,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const outgoing = await createRequest(request, socket, signal);
  if (request.onSent !== undefined) outgoing.once('finish', request.onSent);
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    // Stays: an error after the answer must not become an uncaught one.
    outgoing.on('error', reject);
    outgoing.end(request.body ?? '');
  });
}

async function createRequest(
  request: HttpRequest,
  socket: TLSSocket,
  signal: AbortSignal,
): Promise<ClientRequest> {
  const { request: createClientRequest } = await import('node:https');
  // Node would wait for a connection that has ended already.
  if (socket.destroyed) throw new Error('The connection has ended.');
  const outgoing = createClientRequest(request.url, {
    method: request.method,
    createConnection: () => socket,
    signal,
  });
  const headers = {
    ...request.headers,
    'User-Agent': userAgent,
    'Accept-Encoding': 'identity',
    'Content-Length': String(Buffer.byteLength(request.body ?? '')),
  };
  // Not among the options: Node 20 prints those to stderr when NODE_DEBUG asks for it.
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  return outgoing;
}

function timedOut(
  host: string,
  via: string | undefined,
  timeoutMs: number,
  cause: unknown,
): TaskError {
  const through = via === undefined ? '' : ` through the proxy ${via}`;
  return new TaskError(
    'NETWORK_TIMEOUT',
    `${host} did not answer completely${through} within ${Math.round(timeoutMs / 1000)} s.`,
    { cause },
  );
}
