import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import type { RecordedRequest } from '../contract.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { Faults } from './faults.ts';
import { sendAnswer } from './send-answer.ts';
import type { ServiceAnswer, ServiceHandler, ServiceRequest } from './service-request.ts';

/** A service, the public host names that it answers for and, where it shares them, its paths. */
export interface Mount {
  readonly service: RecordedRequest['service'];
  /** Exact names, or `*.suffix`. */
  readonly hosts: readonly string[];
  /** Matched against the path without the query; without it every path is this mount's. */
  readonly path?: RegExp;
  readonly handle: ServiceHandler;
}

/** The one TLS server behind all public host names. */
export interface LocalHttpsServer {
  /** For reaching it without the proxy: any known host name as SNI and Host, at 127.0.0.1. */
  readonly port: number;
  /** Every request in the order of arrival. */
  readonly requests: RecordedRequest[];
  /** Waiting time before every answer. */
  readonly latency: { ms: number };
  /** Adds a service; the latest mount that fits a request gets it. */
  mount(mount: Mount): void;
  /** Whether some service answers for the host. */
  knows(host: string): boolean;
  /** Takes over a connection that a proxy accepted for one of the hosts. */
  adopt(socket: Socket): void;
  close(): Promise<void>;
}

/** What the server needs from its surroundings. */
export interface HttpsServerOptions {
  readonly authority: CertificateAuthority;
  readonly faults: Faults;
  /** Where to record the requests, when that is shared with another server. */
  readonly requests?: RecordedRequest[];
}

/** Starts the TLS server on a free port of 127.0.0.1. */
export async function startHttpsServer(options: HttpsServerOptions): Promise<LocalHttpsServer> {
  const requests = options.requests ?? [];
  const mounts: Mount[] = [];
  const latency = { ms: 0 };
  const closing = new AbortController();
  const connections = new Set<Socket>();

  // Two servers with one behaviour: whatever arrives at the second was handed over by the proxy.
  const direct = createTlsServer(false);
  const proxied = createTlsServer(true);

  function createTlsServer(isProxied: boolean): Server {
    const byPort = new Map<number, Socket>();
    const server = createServer({
      SNICallback: (host, done) => {
        const name = host.toLowerCase();
        const flaw = options.faults.certificateFlaw(name);
        void answerSni(options.authority.secureContextFor(name, flaw), done);
      },
    });
    server.on('connection', (socket: Socket) => {
      const port = socket.remotePort ?? 0;
      connections.add(socket);
      byPort.set(port, socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        connections.delete(socket);
        if (byPort.get(port) === socket) byPort.delete(port);
      });
    });
    server.on('tlsClientError', () => undefined);
    server.on('request', (message, response) => {
      const connection = byPort.get(message.socket.remotePort ?? 0);
      void respond(message, response, connection, isProxied);
    });
    return server;
  }

  async function respond(
    message: IncomingMessage,
    response: ServerResponse,
    connection: Socket | undefined,
    isProxied: boolean,
  ): Promise<void> {
    response.on('error', () => undefined);
    const host = (message.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const path = message.url ?? '/';
    const address = `https://${host}${path}`;
    if (!URL.canParse(address)) {
      response.writeHead(400).end('Bad Request');
      return;
    }
    const url = new URL(address);
    const mount = mounts.findLast(
      (mount) =>
        mount.hosts.some((pattern) => isHost(pattern, host)) &&
        (mount.path?.test(url.pathname) ?? true),
    );
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(message.headers)) {
      if (value !== undefined) headers[name] = String(value);
    }
    const recorded = {
      service: mount?.service ?? 'unknown',
      method: message.method ?? 'GET',
      host,
      path,
      headers,
      body: '',
      proxied: isProxied,
    } satisfies RecordedRequest as { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] };
    requests.push(recorded);
    response.on('finish', () => (recorded.status = response.statusCode));
    response.on('close', () => {
      if (response.headersSent) recorded.status = response.statusCode;
    });
    try {
      const body = await readBody(message);
      recorded.body = body.toString('utf8');
      if (latency.ms > 0) await sleep(latency.ms, undefined, { signal: closing.signal });
      await sendAnswer(options.faults.take(recorded), {
        response,
        connection,
        signal: closing.signal,
        answer: async (): Promise<ServiceAnswer> => {
          if (!mount) return { status: 404, body: `No service at ${host}` };
          const request: ServiceRequest = { method: recorded.method, host, url, headers, body };
          const answer = await mount.handle(request);
          recorded.status = answer.status;
          return answer;
        },
      });
      // Not left to the event above: the client may have the answer before it fires.
      if (response.headersSent) recorded.status = response.statusCode;
    } catch (error) {
      if (closing.signal.aborted || response.destroyed) return;
      // A defect of a local service must not look like an answer of the real one.
      response.statusCode = 599;
      response.end(error instanceof Error ? error.stack : String(error));
    }
  }

  await new Promise<void>((resolve, reject) => {
    direct.once('error', reject);
    direct.listen(0, '127.0.0.1', resolve);
  });

  return {
    port: (direct.address() as AddressInfo).port,
    requests,
    latency,
    mount: (mount) => void mounts.push(mount),
    knows: (host) =>
      mounts.some((mount) => mount.hosts.some((pattern) => isHost(pattern, host.toLowerCase()))),
    adopt: (socket) => void proxied.emit('connection', socket),
    async close() {
      closing.abort();
      for (const socket of connections) socket.destroy();
      await new Promise((resolve) => direct.close(resolve));
    },
  };
}

async function answerSni(
  context: Promise<SecureContext>,
  done: (error: Error | null, context?: SecureContext) => void,
): Promise<void> {
  try {
    done(null, await context);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

function isHost(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
