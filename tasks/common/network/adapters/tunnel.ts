import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { connecting, toServerName, watchAddresses } from './connecting.ts';
import { toProxyError, toProxyRefusal } from '../network-error.ts';
import type { Proxy } from '../proxy.ts';

/** What a tunnel needs besides the proxy. */
export interface TunnelOptions {
  /** Trust in the proxy, if it is an https one, and in the host behind it. */
  readonly secureContext: SecureContext | undefined;
  /** Ends the attempt and, once there is one, the tunnel. */
  readonly signal: AbortSignal;
  /** Gets the addresses that a connection is tried to. */
  readonly tried: Set<string>;
}

/**
 * Opens a tunnel through the proxy to the host of an address (CONNECT, RFC 9110 section 9.3.6). Node's
 * own client bounds the proxy's answer, and ends with the signal; https-proxy-agent does neither.
 * Throws a TaskError that names the proxy.
 */
export async function openTunnel(
  proxy: Proxy,
  target: URL,
  { secureContext, signal, tried }: TunnelOptions,
): Promise<Socket> {
  const { url, username, password } = proxy;
  const authority = `${target.hostname}:${target.port === '' ? '443' : target.port}`;
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    ...connecting,
    method: 'CONNECT',
    path: authority,
    headers: {
      Host: authority,
      ...(username === '' ? {} : { 'Proxy-Authorization': `Basic ${credentials}` }),
    },
    agent: false,
    // Of the proxy, if it is spoken to over TLS; Node would take it from the header Host.
    servername: toServerName(url),
    rejectUnauthorized: true,
    ...(secureContext === undefined ? {} : { secureContext }),
    signal,
  });
  outgoing.once('socket', (socket) => watchAddresses(socket, tried));
  try {
    const { answer, socket } = await new Promise<{ answer: IncomingMessage; socket: Socket }>(
      (resolve, reject) => {
        outgoing.once('connect', (answer, socket) => resolve({ answer, socket }));
        // Stays: an error after the answer must not become an uncaught one.
        outgoing.on('error', reject);
        outgoing.end();
      },
    );
    const { statusCode = 0 } = answer;
    // Any 2xx opens the tunnel.
    if (statusCode >= 200 && statusCode < 300) return socket;
    socket.destroy();
    throw toProxyRefusal(statusCode, target.host, url.origin);
  } catch (cause) {
    throw toProxyError(cause, target.host, url.origin);
  }
}
