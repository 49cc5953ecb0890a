import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createMachineEnvironment } from '../agent/environment.ts';
import { requireNode } from '../nodes.ts';
import { installPackages } from '../npm-install.ts';
import { cacheFolder } from '../repository.ts';
import type { ServiceAnswer, ServiceRequest } from './service-request.ts';
import { createTar } from './tar.ts';

const version = '6.10.4';
/** Where clients see it; the server itself has no such path, and only writes it into addresses. */
const feed = '/contoso/_packaging/widgets/npm/registry/';

/** Headers that are between the client and the gate: the credential, the connection, the packing. */
const ownHeaders = new Set([
  'authorization',
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
]);

interface Running {
  readonly process: ChildProcess;
  readonly port: number;
}

/** The npm feed: Verdaccio, a registry server from npm, which has no users here because the gate knows them. */
export class NpmRegistry {
  readonly #folder: string;
  #running: Promise<Running> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Passes a request that the gate let in on to the server, without its credential. */
  async handle(request: ServiceRequest): Promise<ServiceAnswer> {
    // Started by the first request: most worlds have none.
    this.#running ??= start(this.#folder);
    const { port } = await this.#running;
    const { method, url, headers, body } = request;
    const passed = Object.entries(headers).filter(([name]) => !ownHeaders.has(name));
    const answer = await fetch(
      `http://127.0.0.1:${port}/${url.pathname.slice(feed.length)}${url.search}`,
      {
        method,
        headers: Object.fromEntries(passed),
        ...(body.length > 0 ? { body: Buffer.from(body) } : {}),
      },
    );
    return {
      status: answer.status,
      headers: { 'content-type': answer.headers.get('content-type') ?? 'text/plain' },
      body: Buffer.from(await answer.arrayBuffer()),
    };
  }

  /** Ends the server if it was started. */
  async close(): Promise<void> {
    const running = await this.#running?.catch(() => undefined);
    running?.process.kill();
  }
}

async function start(folder: string): Promise<Running> {
  const packages = join(cacheFolder, 'verdaccio', version);
  await installPackages(packages, {
    dependencies: { verdaccio: version },
    // One of its dependencies asks for a tag, which may move, in place of a version.
    overrides: { 'node-fetch': '2.7.0' },
  });
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'config.yaml');
  await writeFile(config, createConfig(folder));
  const port = await findFreePort();
  const { path } = await requireNode('24');
  const file = join(packages, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const server = spawn(path, [file, '--config', config, '--listen', `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: createMachineEnvironment({ VERDACCIO_PUBLIC_URL: 'https://pkgs.dev.azure.com' }),
  });
  // Whoever forgets to close the world leaves no server behind.
  process.once('exit', () => server.kill());
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const address = `http://127.0.0.1:${port}/`;
  const deadline = Date.now() + 30_000;
  while (!(await isUp(address))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill();
      throw new Error(`Verdaccio did not start: ${output}`);
    }
    await sleep(100);
  }
  await publishGreeting(address);
  return { process: server, port };
}

/** Everyone may do everything: only what passed the gate comes here. No registry stands behind it. */
function createConfig(folder: string): string {
  return JSON.stringify({
    storage: join(folder, 'storage'),
    url_prefix: feed,
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
    packages: { '**': { access: '$all', publish: '$all' } },
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  });
}

async function isUp(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}-/ping`)).ok;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => void probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Publishes `@contoso/greeting` as `npm publish` does, so that there is something to install. */
async function publishGreeting(address: string): Promise<void> {
  const manifest = { name: '@contoso/greeting', version: '1.0.0', main: 'index.js' };
  const tarball = gzipSync(
    createTar({
      'package/package.json': JSON.stringify(manifest),
      'package/index.js': "module.exports = 'Hello from the feed';\n",
    }),
  );
  const file = 'greeting-1.0.0.tgz';
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const shasum = createHash('sha1').update(tarball).digest('hex');
  const answer = await fetch(`${address}${encodeURIComponent(manifest.name)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      _id: manifest.name,
      name: manifest.name,
      'dist-tags': { latest: manifest.version },
      versions: {
        [manifest.version]: {
          ...manifest,
          _id: `${manifest.name}@${manifest.version}`,
          dist: { integrity, shasum, tarball: `${address}${manifest.name}/-/${file}` },
        },
      },
      _attachments: {
        [`${manifest.name}-1.0.0.tgz`]: {
          content_type: 'application/octet-stream',
          data: tarball.toString('base64'),
          length: tarball.length,
        },
      },
    }),
  });
  if (!answer.ok) throw new Error(`Verdaccio refused a package: ${await answer.text()}`);
}
