import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { localVsix } from '../local/local-package.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const token = 'eyJhbGciOiJub25lIn0.dHJ5LW91dA.c2lnbmF0dXJl';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** As much of the Marketplace as `tfx` needs for a first publish. */
class Marketplace {
  readonly received: Received[] = [];
  private isPublished = false;
  private readonly server: Server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const [path = ''] = url.split('?');
    this.received.push({ method, path, authorization: headers.authorization });
    request.resume().once('end', () => {
      const [status, body] = this.answer(method, path);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(method: string, path: string): [status: number, body: unknown] {
    if (method === 'OPTIONS') return [200, { count: locations.length, value: locations }];
    if (path.includes('/accounts/')) return [200, {}];
    if (method === 'POST') {
      this.isPublished = true;
      return [200, {}];
    }
    const lastUpdated = '2026-11-24T00:00:00Z';
    return this.isPublished
      ? [200, { versions: [{ version: '1.0.0', flags: 1, lastUpdated }] }]
      : [404, {}];
  }
}

// Ids of the gallery's resources, from azure-devops-node-api's GalleryApi.js.
const extension = '_apis/{area}/publishers/{publisherName}/extensions/{extensionName}';
const locations = [
  ['a41192c8-9525-4b58-bc86-179fa549d80d', '_apis/{area}/extensions'],
  ['e11ea35a-16fe-4b80-ab11-c4cab88a0966', extension],
  ['a1e66d8f-f5de-4d16-8309-91a4e015ee46', `${extension}/accounts/{accountName}`],
].map(([id, routeTemplate]) => ({
  id,
  routeTemplate,
  area: 'gallery',
  resourceName: 'extensions',
  resourceVersion: 2,
  minVersion: '1.0',
  maxVersion: '7.2',
  releasedVersion: '0.0',
}));

describe('publishing', () => {
  it('gives the token to tfx and to nothing else, and shares', async function () {
    this.timeout(60_000);
    const marketplace = new Marketplace();
    const address = await marketplace.start();
    try {
      const publisher = spawn(
        process.execPath,
        [
          join(root, 'out', '.ci', 'release', 'publish.js'),
          ...`--marketplace ${address} --share-with fabrikam --vsix`.split(' '),
          localVsix,
        ],
        { env: { ...process.env, TOKEN: token, TFX_TRACE: 'debug' } },
      );
      const closed = new Promise((resolve) => publisher.once('close', resolve));
      const output = `${await text(publisher.stdout)}\n${await text(publisher.stderr)}`;
      assert.equal(await closed, 0, output);
      assert.ok(!output.includes(token));
    } finally {
      marketplace.stop();
    }
    const basic = `Basic ${Buffer.from(`OAuth:${token}`).toString('base64')}`;
    for (const { path, authorization } of marketplace.received) {
      assert.equal(authorization, basic, path);
    }
    const steps = marketplace.received.map(({ method, path }) => `${method} ${path}`);
    assert.ok(steps.includes('POST /_apis/gallery/extensions'), steps.join('\n'));
    assert.match(steps.at(-1) ?? '', /^POST .*\/extensions\/entra-token\/accounts\/fabrikam$/);
  });
});
