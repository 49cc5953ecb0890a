import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { TaskError } from '../../tasks/common/errors/task-error.ts';
import { readTrust } from '../../tasks/common/network/adapters/trust.ts';
import { createHttps } from '../../tasks/common/network/adapters/https.ts';

// A listener that accepts nothing for a while: its thread sleeps. Once its queue is full, Linux drops what
// comes, as a dead way does; afterwards it lets each connection in and ends it.
const sleepyListener = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((socket) => socket.destroy());
  server.listen({ host: workerData.host, port: workerData.port, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.sleepMs), 50);
  });`;

class DeadWay {
  readonly #worker: Worker;
  readonly #fillers: Socket[] = [];

  readonly host: string;

  constructor(host: string, port: number, sleepMs: number) {
    this.host = host;
    this.#worker = new Worker(sleepyListener, { eval: true, workerData: { host, port, sleepMs } });
  }

  async start(): Promise<number> {
    const [port] = (await once(this.#worker, 'message')) as [number];
    await new Promise((resolve) => setTimeout(resolve, 150));
    for (let count = 0; count < 4; count++) {
      this.#fillers.push(connect({ host: this.host, port }).on('error', () => undefined));
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    return port;
  }

  async close(): Promise<void> {
    for (const filler of this.#fillers) filler.destroy();
    await this.#worker.terminate();
  }
}

/** A host with two addresses, as a name server would tell them. */
const twofold = 'twofold.example';
const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));

function answer(
  _: string,
  options: dns.LookupOptions,
  done: (error: null, found: unknown, family?: number) => void,
): void {
  setImmediate(() =>
    options.all === true ? done(null, addresses) : done(null, addresses[0]?.address, 4),
  );
}

async function send(port: number): Promise<unknown> {
  const { sendRequest } = createHttps({
    proxyFor: () => undefined,
    readTrust: async () => readTrust(undefined),
    remainingMs: () => 8_000,
    debug: () => undefined,
    signal: new AbortController().signal,
  });
  return sendRequest({ method: 'GET', url: new URL(`https://${twofold}:${port}/`), headers: {} });
}

describe('the addresses of a host', () => {
  const { lookup } = dns;
  before(function () {
    // What a full queue and a second loopback address do is known of Linux only.
    if (process.platform !== 'linux') this.skip();
    dns.lookup = answer as unknown as typeof dns.lookup;
  });
  after(() => {
    dns.lookup = lookup;
  });

  it('each have seconds: a slow way beside a dead one comes through', async () => {
    const dead = new DeadWay('127.0.0.2', 0, 30_000);
    const port = await dead.start();
    // Let in by the second try of Linux, a second after the first one.
    const slow = new DeadWay('127.0.0.1', port, 700);
    await slow.start();
    try {
      // It was reached, and it ended the connection.
      await assert.rejects(
        send(port),
        (error) => error instanceof TaskError && error.code === 'NETWORK_CONNECTION_LOST',
      );
    } finally {
      await Promise.all([dead.close(), slow.close()]);
    }
  });

  it('are named in the error when none can be reached', async () => {
    await assert.rejects(send(1), (error) => {
      assert.ok(error instanceof TaskError);
      assert.equal(error.code, 'NETWORK_UNREACHABLE');
      assert.match(error.message, /Addresses tried: 127\.0\.0\.1, 127\.0\.0\.2\.$/);
      return true;
    });
  });
});
