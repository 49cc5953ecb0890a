import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connecting, toHostName, toServerName, watchAttempts, type Opening } from './connecting.ts';
import type { Trust } from './trust.ts';
import { toProxyError, toProxyRefusal } from '../network-error.ts';
import type { Proxy } from '../proxy.ts';

/**
 * Opens a tunnel through the proxy to the host of an address (CONNECT, RFC 9110 section 9.3.6). Node's
 * own client bounds the proxy's answer, and ends with the signal; https-proxy-agent does neither.
 * Throws a TaskError that names the proxy.
 */
export async function openTunnel(
  proxy: Proxy,
  target: URL,
  trust: Trust,
  opening: Opening,
): Promise<Socket> {
  const { url, username, password } = proxy;
  const authority = `${target.hostname}:${target.port === '' ? '443' : target.port}`;
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  const isSecure = url.protocol === 'https:';
  const { request } = await (isSecure ? import('node:https') : import('node:http'));
  const outgoing = request(url, {
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
    ...(isSecure ? { secureContext: await trust() } : {}),
    signal: opening.signal,
  });
  outgoing.once('socket', (socket) => {
    const host = toHostName(url);
    watchAttempts(socket, host, opening);
    // To an address it has begun before this event.
    if (isIP(host) !== 0) opening.onAttempt();
  });
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
