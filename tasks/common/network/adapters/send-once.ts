import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import manifest from '../../../../package.json' with { type: 'json' };
import { TaskError } from '../../errors/task-error.ts';
import { toNetworkError, withAddresses } from '../network-error.ts';
import type { HttpAnswer, HttpRequest } from '../send-request.ts';
import { openConnection, type Way } from './connection.ts';
import type { EarlyConnection } from './early-connection.ts';
import { readAnswer } from './read-answer.ts';

const userAgent = `${manifest.name}/${manifest.version}`;

/** How one request is made. */
export interface Transfer {
  readonly way: Way;
  /** A connection that was begun for it, if any. */
  readonly early: EarlyConnection | undefined;
  /** For everything, the connection and the body included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Makes one request, from the connection to the last byte of the body; leaves nothing open, whatever happens. Rejects
 * with a TaskError.
 */
export async function sendOnce(request: HttpRequest, transfer: Transfer): Promise<HttpAnswer> {
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
