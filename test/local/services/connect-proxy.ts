import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One CONNECT that the proxy was asked for. */
export interface RecordedConnect {
  readonly host: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the proxy answered; undefined when it did not. */
  status?: number;
}

/** What a CONNECT can meet instead of a tunnel. */
export type ProxyFault =
  /** An answer other than 200, with a small HTML page. */
  | { readonly kind: 'status'; readonly status: number }
  /** A tunnel, with this 2xx for an answer. */
  | { readonly kind: 'tunnel'; readonly status: number }
  /** The connection ends without an answer. */
  | { readonly kind: 'close' }
  /** TCP reset without an answer. */
  | { readonly kind: 'reset' }
  /** No answer. */
  | { readonly kind: 'hang' }
  /** 200, then the end of the connection before TLS. */
  | { readonly kind: 'close-tunnel' }
  /** 200, then a web server without TLS at the other end. */
  | { readonly kind: 'no-tls' }
  /** The greeting of something that is no HTTP proxy. */
  | { readonly kind: 'garbage' }
  /** 200, and header lines that never end, as fast as the client reads. */
  | { readonly kind: 'endless-headers' };

/** Which CONNECTs a fault is for. */
export interface ProxyFaultRule {
  readonly host?: string;
  readonly times?: number;
  readonly fault: ProxyFault;
}

/** What the proxy needs from its surroundings. */
export interface ConnectProxyOptions {
  /** Whether the host is served here; nothing else is ever reached. */
  readonly knows: (host: string) => boolean;
  /** Takes the tunnel over. */
  readonly adopt: (socket: Socket) => void;
  /** Asked for with 407 when given (Basic, RFC 9110 section 11.7). */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** Told of every request that would have left the machine. */
  readonly onStray: (method: string, host: string, path: string, status: number) => void;
}

/** An HTTP proxy on 127.0.0.1 that knows CONNECT only and leads to the local services only. */
export interface ConnectProxy {
  readonly url: string;
  readonly port: number;
  /** Every CONNECT, in order. */
  readonly connects: readonly RecordedConnect[];
  /** Lets the next matching CONNECTs meet a fault. */
  next(rule: ProxyFaultRule): void;
  /** Forgets all faults. */
  clear(): void;
  /** Refuses connections from now on, as a proxy that is down. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the proxy on a free port. */
export async function startConnectProxy(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const connects: RecordedConnect[] = [];
  const faults: { rule: ProxyFaultRule; times: number }[] = [];
  const sockets = new Set<Socket>();

  const server = createServer((message, response) => {
    // Absolute-form requests are plain HTTP; nothing that may carry a credential goes that way.
    const host = URL.canParse(message.url ?? '') ? new URL(message.url ?? '').hostname : '';
    options.onStray(message.method ?? '', host, message.url ?? '', 403);
    response.writeHead(403, { 'content-type': 'text/plain' });
    response.end('This proxy serves CONNECT only.\n');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (message: IncomingMessage, stream, head: Buffer) => {
    const socket = stream as Socket;
    const [, host = '', port = '443'] = /^(.*):(\d+)$/.exec(message.url ?? '') ?? [];
    const record: RecordedConnect = {
      host: host.toLowerCase(),
      port: Number(port),
      headers: message.headers as Record<string, string>,
    };
    connects.push(record);

    const fault = take(record.host);
    if (fault && fault.kind !== 'tunnel') return meet(fault, socket, record);
    if (options.credentials && !isAuthorized(message, options.credentials)) {
      return refuse(socket, record, 407, 'Proxy Authentication Required');
    }
    if (!options.knows(record.host) || record.port !== 443) {
      const status = record.port === 443 ? 502 : 403;
      options.onStray('CONNECT', record.host, message.url ?? '', status);
      return refuse(socket, record, status, status === 502 ? 'Bad Gateway' : 'Forbidden');
    }
    record.status = fault?.status ?? 200;
    if (head.length > 0) socket.unshift(head);
    socket.write(`HTTP/1.1 ${record.status} Connection Established\r\n\r\n`, () =>
      options.adopt(socket),
    );
  });

  function take(host: string): ProxyFault | undefined {
    const entry = faults.find(
      ({ rule, times }) => times > 0 && (rule.host === undefined || rule.host === host),
    );
    if (entry) entry.times -= 1;
    return entry?.rule.fault;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }

  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    connects,
    next: (rule) => void faults.push({ rule, times: rule.times ?? 1 }),
    clear: () => void (faults.length = 0),
    stop: close,
    close,
  };
}

function isAuthorized(
  message: IncomingMessage,
  credentials: { readonly username: string; readonly password: string },
): boolean {
  const [scheme, value = ''] = (message.headers['proxy-authorization'] ?? '').split(' ');
  return (
    scheme?.toLowerCase() === 'basic' &&
    Buffer.from(value, 'base64').toString('utf8') ===
      `${credentials.username}:${credentials.password}`
  );
}

function meet(
  fault: Exclude<ProxyFault, { readonly kind: 'tunnel' }>,
  socket: Socket,
  record: RecordedConnect,
): void {
  switch (fault.kind) {
    case 'status':
      refuse(socket, record, fault.status, 'Refused');
      return;
    case 'close':
      socket.destroy();
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'close-tunnel':
      record.status = 200;
      socket.end('HTTP/1.1 200 Connection Established\r\n\r\n');
      return;
    case 'no-tls':
      record.status = 200;
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.once('data', () =>
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
      );
      return;
    case 'garbage':
      socket.end('SSH-2.0-OpenSSH_9.9\r\n');
      return;
    case 'endless-headers':
      socket.write('HTTP/1.1 200 Connection Established\r\n');
      writeHeadersForever(socket);
      return;
    default:
      fault satisfies never;
  }
}

function writeHeadersForever(socket: Socket): void {
  const line = `x-endless: ${'a'.repeat(1000)}\r\n`;
  const write = (): void => {
    while (!socket.destroyed && socket.write(line));
  };
  socket.on('drain', write);
  write();
}

function refuse(socket: Socket, record: RecordedConnect, status: number, reason: string): void {
  record.status = status;
  const body = `<html><body><h1>${String(status)} ${reason}</h1></body></html>\n`;
  const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="proxy"\r\n' : '';
  socket.end(
    `HTTP/1.1 ${String(status)} ${reason}\r\n${challenge}Content-Type: text/html\r\n` +
      `Content-Length: ${String(Buffer.byteLength(body))}\r\nConnection: close\r\n\r\n${body}`,
  );
}
