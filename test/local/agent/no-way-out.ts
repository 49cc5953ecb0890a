/**
 * Loaded into every Node.js of a script (`--import`): a connection that does not stay on this machine is an error.
 * Versions before 24 know no proxy by themselves, and would go to the real hosts.
 */
import type { LookupFunction } from 'node:net';
import { Socket } from 'node:net';

const isHere = (host: string): boolean => /^(?:localhost|127\.[\d.]+|::1)$/i.test(host);

// The one door of all clients: node:http, node:https, node:tls and fetch. What comes in is what net.connect takes,
// or a list of it.
const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const given = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  const options = (
    typeof given[0] === 'object' ? given[0] : { port: given[0], host: given[1] }
  ) as Readonly<Record<string, unknown>>;
  const { host = 'localhost', path } = options;
  if (typeof path === 'string' || typeof host !== 'string' || isHere(host)) {
    return connect.apply(this, args);
  }
  const lookup: LookupFunction = (_host, _options, callback) => {
    const what = `A local run stays on this machine, and this Node.js (${process.version}) goes to ${host} past its proxy.`;
    callback(new Error(`${what} The one on the path, 24, knows the proxy.`), '');
  };
  // An address would not be looked up.
  const refused = { ...options, host: 'elsewhere.invalid', lookup };
  return connect.call(this, refused, given.at(-1));
};
