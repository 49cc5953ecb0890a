import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mavenRepository } from '../maven-repository.ts';
import { createCargoIndex } from './cargo-index.ts';
import { createMavenLayout } from './maven-layout.ts';
import type { NpmRegistry } from './npm-registry.ts';
import { createPythonIndex } from './python-index.ts';
import type { ServiceAnswer, ServiceRequest } from './service-request.ts';

/** Azure Artifacts: files where a protocol is only files, an existing server for npm. */
export class PackageFeed {
  /** Paths of `pkgs.dev.azure.com` that belong to it. */
  static readonly path = /^\/[^/]+\/_packaging\/[^/]+\//;

  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #npm: NpmRegistry;

  constructor(npm: NpmRegistry) {
    this.#npm = npm;
    const feed = 'https://pkgs.dev.azure.com/contoso/_packaging/widgets';
    this.#files = new Map(
      Object.entries({
        ...createPythonIndex(`${feed}/pypi`),
        ...createMavenLayout(`${feed}/maven/v1`),
        ...createCargoIndex(`${feed}/Cargo`),
        [`${feed}/nuget/v3/index.json`]: JSON.stringify({ version: '3.0.0', resources: [] }),
      }).map(([address, content]) => [new URL(address).pathname, Buffer.from(content)]),
    );
  }

  /** Answers a request of a package client that the gate let in. */
  async handle(request: ServiceRequest): Promise<ServiceAnswer> {
    const { method, url } = request;
    if (/\/npm\/registry\//.test(url.pathname)) return this.#npm.handle(request);
    // What twine sends is checked by the gate and recorded; nothing here would install it again.
    if (method === 'POST' && url.pathname.endsWith('/pypi/upload/')) return { status: 200 };
    const body = this.#files.get(url.pathname) ?? (await readUpstream(url.pathname));
    if (body === undefined || (method !== 'GET' && method !== 'HEAD')) {
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' };
    }
    return { status: 200, headers: { 'content-type': typeOf(url.pathname) }, body };
  }
}

/** What an upstream source of the feed has: for Maven, public plugins and libraries. */
async function readUpstream(path: string): Promise<Buffer | undefined> {
  const [, file] = /\/maven\/v1\/((?:[\w.-]+\/)+[\w.-]+)$/.exec(path) ?? [];
  if (file === undefined || file.split('/').includes('..')) return undefined;
  return readFile(join(mavenRepository, file)).catch(() => undefined);
}

function typeOf(path: string): string {
  if (path.endsWith('/')) return 'text/html';
  if (path.endsWith('.json')) return 'application/json';
  return 'application/octet-stream';
}
