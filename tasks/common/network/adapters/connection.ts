import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Proxy } from '../proxy.ts';
import { connecting, toHostName, toServerName, watchAttempts, type Opening } from './connecting.ts';
import type { Trust } from './trust.ts';
import { openTunnel } from './tunnel.ts';

/** How a host is reached, and whom to trust. */
export interface Way {
  readonly proxy: Proxy | undefined;
  readonly trust: Trust;
}

/**
 * Opens a connection to the host of an https address, through the proxy if there is one; resolves when TLS
 * is agreed on. Rejects with Node's error, or with a TaskError that names the proxy.
 */
export async function openConnection(
  url: URL,
  { proxy, trust }: Way,
  { signal, tried }: Pick<Opening, 'signal' | 'tried'>,
): Promise<TLSSocket> {
  const { isUnderWay, onAttempt } = createStart();
  const opening = { signal, tried, onAttempt };
  const wire = proxy === undefined ? openTcp(url, opening) : openTunnel(proxy, url, trust, opening);
  // What speaks TLS and HTTP and whom to trust is needed with the first answer, so the way there and back pays
  // for it: 8 ms, and 20 more where Node 20 reads its certificates.
  await Promise.race([isUnderWay, wire]);
  const [{ connect }, secureContext] = await Promise.all([
    import('node:tls'),
    trust(),
    import('node:https'),
  ]);
  const socket = connect({
    socket: await wire,
    host: toHostName(url),
    servername: toServerName(url),
    ALPNProtocols: ['http/1.1'],
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the checks off.
    rejectUnauthorized: true,
    secureContext,
  });
  return whenReady(socket, 'secureConnect', signal);
}

function createStart(): { readonly isUnderWay: Promise<void>; readonly onAttempt: () => void } {
  let begin: (() => void) | undefined;
  const isUnderWay = new Promise<void>((resolve) => (begin = resolve));
  return { isUnderWay, onAttempt: () => begin?.() };
}

async function openTcp(url: URL, opening: Opening): Promise<Socket> {
  const host = toHostName(url);
  const port = Number(url.port || 443);
  const socket = connect({ ...connecting, host, port, noDelay: true });
  watchAttempts(socket, host, opening);
  return whenReady(socket, 'connect', opening.signal);
}

/** Resolves with the socket at its event; from now on the signal destroys it, whatever its state. */
async function whenReady<Kind extends Socket>(
  socket: Kind,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Kind> {
  const end = (): void => void socket.destroy();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve(socket));
    // Stays: an error after that must not become an uncaught one.
    socket.on('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', end);
      reject(new Error('The connection has ended.'));
    });
  });
}
