import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../../local/world.ts';
import { readExample } from '../support/documentation.ts';
import { isRunning, runSignIn, until, type Session } from '../support/sign-in.ts';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The session's when absent; none when null. */
  readonly key?: string | null;
  readonly address?: string;
}

const audience = 'api%3A%2F%2FAzureADTokenExchange';
const identityPath = '/managed-identity/token';

async function ask(session: Session, question: Question): Promise<Reply> {
  const { method = 'GET', path, headers = {}, body = '', key = session.key } = question;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: question.address ?? '127.0.0.1',
        port: session.port,
        method,
        path,
        agent: false,
        headers: {
          Host: `127.0.0.1:${session.port}`,
          ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
          ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const askAsManagedIdentity = async (session: Session, query: string): Promise<Reply> =>
  ask(session, {
    path: `${identityPath}?${query}`,
    key: null,
    headers: { 'X-IDENTITY-HEADER': session.key },
  });

/** Holds a job that is signed in, for as long as the tests of a suite run. */
function signedIn(): { readonly session: () => Session; readonly world: () => World } {
  let world: World;
  let session: Session;
  let release: (() => void) | undefined;
  let running: Promise<unknown>;
  before(async () => {
    world = await startWorld();
    await new Promise<void>((resolve, reject) => {
      running = runSignIn(world, {
        inputs: { tools: 'azureSdk, terraform, git' },
        during: async (held) => {
          session = held;
          resolve();
          await new Promise<void>((done) => (release = done));
        },
      });
      running.catch(reject);
    });
  });
  after(async () => {
    release?.();
    await running;
    await world.close();
  });
  return { session: () => session, world: () => world };
}

describe("The keeper's endpoint", () => {
  const { session, world } = signedIn();

  describe('as a managed identity', () => {
    it('gives an access token for a resource', async () => {
      const { status, headers, body } = await askAsManagedIdentity(
        session(),
        'api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net',
      );
      assert.equal(status, 200);
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(body['access_token'], world().issued.accessTokens.at(-1));
      assert.equal(body['token_type'], 'Bearer');
      assert.match(String(body['expires_on']), /^\d{10}$/);
      const minutes = (Number(body['expires_on']) * 1000 - Date.now()) / 60_000;
      assert.ok(minutes > 55 && minutes < 95, `${minutes} minutes`);
      const form = new URLSearchParams(world().requests.at(-1)?.body);
      assert.equal(form.get('scope'), 'https://vault.azure.net/.default');
    });

    it('keeps the slash at the end of a resource', async () => {
      await askAsManagedIdentity(
        session(),
        'api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com%2F',
      );
      const form = new URLSearchParams(world().requests.at(-1)?.body);
      assert.equal(form.get('scope'), 'https://management.azure.com//.default');
    });

    it('gives the one that it holds to whoever asks again', async () => {
      const query = 'api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com';
      const replies = [
        ...(await Promise.all([
          askAsManagedIdentity(session(), query),
          askAsManagedIdentity(session(), query),
          askAsManagedIdentity(session(), query),
        ])),
        await askAsManagedIdentity(session(), query),
      ];
      assert.equal(new Set(replies.map(({ body }) => body['access_token'])).size, 1);
      const asked = world().requests.filter(({ body }) => body.includes('storage.azure.com'));
      assert.equal(asked.length, 1);
    });

    it('is the identity of the sign-in and no other', async () => {
      const { app } = world().behind('contoso-azure');
      const query = 'api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net';
      assert.equal(
        (await askAsManagedIdentity(session(), `${query}&client_id=${app.clientId}`)).status,
        200,
      );
      const other = await askAsManagedIdentity(
        session(),
        `${query}&client_id=6f1c2b3a-0000-4000-8000-000000000003`,
      );
      assert.equal(other.status, 400);
      assert.match(String(other.body['message']), /this job is signed in as/);
      assert.equal((await askAsManagedIdentity(session(), `${query}&mi_res_id=x`)).status, 400);
    });

    it('says what is wrong with a request', async () => {
      for (const query of [
        'resource=https%3A%2F%2Fvault.azure.net',
        'api-version=2017-09-01&resource=https%3A%2F%2Fvault.azure.net',
        'api-version=2019-08-01',
        'api-version=2019-08-01&resource=two%20scopes',
      ]) {
        const { status, body } = await askAsManagedIdentity(session(), query);
        assert.equal(status, 400, query);
        assert.match(String(body['message']), /api-version|resource/i);
      }
    });

    it('is refused in the words of the document', async () => {
      const [words = ''] = readExample('KEEPER_REQUEST_INVALID');
      const { body } = await askAsManagedIdentity(
        session(),
        'api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&client_id=other',
      );
      assert.ok(String(body['message']).toLowerCase().includes(words.toLowerCase()));
      assert.equal(body['code'], 'KEEPER_REQUEST_INVALID');
    });
  });

  describe('as an OIDC endpoint', () => {
    it("answers GitHub's dialect", async () => {
      const { status, body } = await ask(session(), { path: `/oidc/token?audience=${audience}` });
      assert.equal(status, 200);
      assert.deepEqual(body, { value: world().issued.assertions.at(-1) });
    });

    it("answers Azure DevOps' dialect", async () => {
      const id = world().behind('contoso-azure').connection.id;
      const { status, body } = await ask(session(), {
        method: 'POST',
        path: `/oidc/token?api-version=7.1&serviceConnectionId=${id.toUpperCase()}`,
      });
      assert.equal(status, 200);
      assert.deepEqual(body, { oidcToken: world().issued.assertions.at(-1) });
    });

    it('gives an assertion for a token exchange only, and for this service connection only', async () => {
      for (const question of [
        { path: '/oidc/token' },
        { path: '/oidc/token?audience=api%3A%2F%2Felse' },
        { path: `/oidc/token?audience=${audience}x` },
        { method: 'POST', path: '/oidc/token?audience=other' },
        {
          method: 'POST',
          path: '/oidc/token?serviceConnectionId=6f1c2b3a-0000-4000-8000-000000000003',
        },
      ]) {
        const { status, body } = await ask(session(), question);
        assert.equal(status, 400, question.path);
        assert.ok(!JSON.stringify(body).includes('eyJ'));
      }
    });
  });

  describe('refuses', () => {
    const path = `/oidc/token?audience=${audience}`;

    it('whoever has no key, or another one', async () => {
      const { key } = session();
      const others = [null, '', 'x', key.slice(1), `${key}x`, key.toUpperCase()];
      for (const other of others) {
        const { status, body } = await ask(session(), { path, key: other });
        assert.equal(status, 401);
        assert.ok(!JSON.stringify(body).includes('eyJ'));
      }
      for (const everyPath of [
        identityPath,
        '/session/token',
        '/session/status',
        '/session/end',
        '/nothing',
      ]) {
        const { status } = await ask(session(), { method: 'POST', path: everyPath, key: null });
        assert.equal(status, 401, everyPath);
      }
      assert.ok(isRunning(session().pid));
    });

    it('another host, which a name of a page in a browser would be', async () => {
      for (const Host of [
        'localhost',
        `localhost:${session().port}`,
        'evil.example',
        '127.0.0.1',
      ]) {
        assert.equal((await ask(session(), { path, headers: { Host } })).status, 403, Host);
      }
      const page = { Origin: 'https://evil.example' };
      assert.equal((await ask(session(), { path, headers: page })).status, 403);
    });

    it('other methods and paths', async () => {
      for (const method of ['PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']) {
        assert.equal((await ask(session(), { path, method })).status, 405, method);
      }
      assert.equal((await ask(session(), { path: identityPath, method: 'POST' })).status, 405);
      assert.equal((await ask(session(), { path: '/session/end', method: 'GET' })).status, 405);
      for (const other of [
        '/',
        '/oidc',
        '/oidc/token/',
        '/OIDC/token',
        '//oidc/token',
        '/__proto__',
      ]) {
        assert.equal((await ask(session(), { path: other })).status, 404, other);
      }
    });

    it('headers and bodies that are too large', async () => {
      const large = { path, headers: { 'X-Large': 'x'.repeat(20_000) } };
      await assert.rejects(ask(session(), large), /ECONNRESET|socket hang up|EPIPE/);
      const body = { method: 'POST', path: '/session/token', body: 'x'.repeat(5_000) };
      assert.equal((await ask(session(), body)).status, 413);
      const { status } = await ask(session(), { path });
      assert.equal(status, 200);
    });

    it('whoever takes his time', async () => {
      const { port } = session();
      const socket = connect(port, '127.0.0.1');
      const startedAt = performance.now();
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\n');
      await new Promise<void>((resolve) => socket.on('close', () => resolve()));
      assert.ok(performance.now() - startedAt < 12_000);
    }).timeout(20_000);

    it('a flood, and answers again after it', async () => {
      const { port } = session();
      const sockets = Array.from({ length: 400 }, () => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        return socket;
      });
      await sleep(300);
      const open = sockets.filter((socket) => !socket.destroyed && !socket.closed).length;
      assert.ok(open <= 70, `${open} of 400 connections are open.`);
      for (const socket of sockets) socket.destroy();
      await until('it answers again', async () => {
        const reply = await ask(session(), { path }).catch(() => undefined);
        return reply?.status === 200;
      });
    });

    it('addresses other than 127.0.0.1', async () => {
      for (const address of ['127.0.0.2', '::1']) {
        await assert.rejects(ask(session(), { path, address }), /ECONNREFUSED|EADDRNOTAVAIL/);
      }
    });
  });

  it('tries again as the step does', async () => {
    world().faults.next({ service: 'entra', times: 2, fault: { kind: 'answer', status: 503 } });
    const { status } = await askAsManagedIdentity(
      session(),
      'api-version=2019-08-01&resource=https%3A%2F%2Fgraph.microsoft.com',
    );
    assert.equal(status, 200);
    const asked = world().requests.filter(({ body }) => body.includes('graph.microsoft.com'));
    assert.deepEqual(
      asked.map(({ status }) => status),
      [503, 503, 200],
    );
  });

  it('outlives a burst of the largest answers', async () => {
    world().faults.next({
      service: 'entra',
      times: 100,
      // All of them are there before the first one is answered.
      fault: { kind: 'large-body', bytes: 1_040_000, afterMs: 500 },
    });
    const replies = await Promise.all(
      Array.from({ length: 60 }, async (_, index) =>
        ask(session(), {
          method: 'POST',
          path: '/session/token',
          body: JSON.stringify({ scope: `https://vault.azure.net/${index}/.default` }),
        }).catch(() => undefined),
      ),
    );
    world().faults.clear();
    assert.ok(isRunning(session().pid));
    const statuses = new Set(replies.map((reply) => reply?.status));
    assert.ok(statuses.has(429), [...statuses].join());
    assert.equal((await ask(session(), { path: '/session/status' })).status, 200);
  });

  it('passes on what the services say, without a token', async () => {
    world().faults.next({
      service: 'entra',
      times: 10,
      fault: {
        kind: 'answer',
        status: 400,
        body: '{"error":"invalid_resource","error_description":"AADSTS500011: The resource principal named api://none was not found."}',
      },
    });
    const { status, body } = await ask(session(), {
      path: `${identityPath}?api-version=2019-08-01&resource=api%3A%2F%2Fnone`,
    });
    world().faults.clear();
    assert.equal(status, 400);
    assert.equal(body['code'], 'RESOURCE_NOT_FOUND');
    assert.match(String(body['message']), /AADSTS500011/);
  });
});
