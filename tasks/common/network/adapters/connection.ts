import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Proxy } from '../proxy.ts';
import { connecting, toHostName, toServerName, watchAddresses } from './connecting.ts';
import { openTunnel } from './tunnel.ts';

/** How a host is reached, and whom to trust. */
export interface Way {
  readonly proxy: Proxy | undefined;
  /** Trust beyond Node's own. */
  readonly secureContext: SecureContext | undefined;
}

/** What a connection listens to while it is made, and after. */
export interface Opening {
  /** Ends the attempt and, once there is one, the connection. */
  readonly signal: AbortSignal;
  /** Gets the addresses that a connection is tried to. */
  readonly tried: Set<string>;
}

/**
 * Opens a connection to the host of an https address, through the proxy if there is one; resolves when TLS
 * is agreed on. Rejects with Node's error, or with a TaskError that names the proxy.
 */
export async function openConnection(
  url: URL,
  { proxy, secureContext }: Way,
  { signal, tried }: Opening,
): Promise<TLSSocket> {
  const tunnel = proxy && (await openTunnel(proxy, url, { secureContext, signal, tried }));
  const servername = toServerName(url);
  const socket = connect({
    ...(tunnel === undefined
      ? { ...connecting, port: Number(url.port || 443) }
      : { socket: tunnel }),
    host: toHostName(url),
    servername,
    ALPNProtocols: ['http/1.1'],
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the checks off.
    rejectUnauthorized: true,
    ...(secureContext === undefined ? {} : { secureContext }),
  });
  // Of a name only: where the host is an address, the error names it anyway.
  if (tunnel === undefined && servername !== '') watchAddresses(socket, tried);
  const end = (): void => void socket.destroy();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', () => resolve(socket));
    // Stays: an error after that must not become an uncaught one.
    socket.on('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', end);
      reject(new Error('The connection has ended.'));
    });
  });
}
