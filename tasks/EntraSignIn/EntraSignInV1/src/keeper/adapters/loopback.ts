import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { refuse, type Answer, type Request } from '../answer.ts';
import type { Loopback } from '../collaborators.ts';

const limits = {
  headerBytes: 8 * 1024,
  bodyBytes: 4 * 1024,
  connections: 64,
  /** Requests that are being answered; more than that get 429. */
  requests: 32,
  headersMs: 5_000,
  requestMs: 10_000,
  idleMs: 2_000,
  /** What is under way at the end. */
  farewellMs: 500,
} as const;

/** A key that nobody guesses: 256 random bits, as text. */
export const createKey = (): string => randomBytes(32).toString('base64url');

/**
 * Listens on 127.0.0.1, on a port that the system gives. Only who has the key, and speaks to this very address, is
 * answered by `answer`; size, time and number of requests are bounded, and nobody may store an answer.
 */
export async function listen(
  key: string,
  answer: (request: Request) => Promise<Answer>,
): Promise<Loopback> {
  const expected = toDigest(key);
  const running = new Set<ServerResponse>();
  let host = '';
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: 1_000,
    },
    (incoming, outgoing) => {
      running.add(outgoing);
      outgoing.once('close', () => running.delete(outgoing));
      void respond(incoming, outgoing);
    },
  );
  server.maxConnections = limits.connections;
  // Whoever breaks off or sends nonsense hears of it on his own connection only.
  server.on('clientError', (_, socket) => void socket.destroy());

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on('error', () => undefined);
    try {
      write(outgoing, await judge(incoming));
    } catch {
      // The connection broke off while the body came.
      outgoing.destroy();
    }
  }

  async function judge(incoming: IncomingMessage): Promise<Answer> {
    // A page in a browser can reach this port under a name of its own, and it says where it comes from.
    if (incoming.headers.host !== host || incoming.headers.origin !== undefined) {
      return refuse(
        403,
        'KEEPER_REQUEST_INVALID',
        'This endpoint answers at its own address only.',
      );
    }
    if (!timingSafeEqual(toDigest(readKey(incoming)), expected)) {
      return refuse(401, 'KEEPER_REQUEST_INVALID', "The key is not that of this job's sign-in.");
    }
    if (running.size > limits.requests) {
      return refuse(429, 'KEEPER_REQUEST_INVALID', 'Too many requests at once.');
    }
    const body = await readBody(incoming);
    if (body === undefined) {
      return refuse(413, 'KEEPER_REQUEST_INVALID', 'The body of the request is too large.');
    }
    const { pathname, searchParams } = new URL(incoming.url ?? '/', `http://${host}`);
    return answer({ method: incoming.method ?? '', path: pathname, query: searchParams, body });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  host = `127.0.0.1:${port}`;
  return {
    port,
    async close() {
      server.close();
      for (let waitedMs = 0; running.size > 0 && waitedMs < limits.farewellMs; waitedMs += 5) {
        await sleep(5);
      }
      server.closeAllConnections();
    },
  };
}

// Of equal length whatever comes, so that the comparison takes the same time.
const toDigest = (text: string): Buffer => createHash('sha256').update(text).digest();

function readKey({ headers }: IncomingMessage): string {
  const own = headers['x-identity-header'];
  if (typeof own === 'string') return own;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.bodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function write(outgoing: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...(status === 429 || status === 503 ? { 'Retry-After': '1' } : {}),
    // What is left of a refused body is not read.
    ...(status === 200 ? {} : { Connection: 'close' }),
  });
  outgoing.end(text);
}
