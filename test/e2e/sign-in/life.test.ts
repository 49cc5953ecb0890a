import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readClaims } from '../../../tasks/common/assertion/claims.ts';
import { startWorld, type World } from '../../local/world.ts';
import { assertionRequests, runSignIn, type Session } from '../support/sign-in.ts';

/** Asks a keeper with its key. */
async function send({ port, key }: Session, path: string, body: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

describe('The life of a keeper', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    world.behind('contoso-azure').federation.lifetimeSeconds = 20;
    world.entra.expiresInSeconds = 10;
  });
  afterEach(async () => world.close());

  it('keeps the assertion whole, present and young, whatever happens to the services in between', async () => {
    let reads = 0;
    let oldestMs = 0;
    const run = await runSignIn(world, {
      during: async ({ env }) => {
        const file = env['AZURE_FEDERATED_TOKEN_FILE'] ?? '';
        const faults = [
          { kind: 'answer', status: 500, body: 'x' },
          { kind: 'reset' },
          { kind: 'answer', status: 503 },
          { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
          { kind: 'close-after-headers' },
          { kind: 'hang' },
          { kind: 'invalid-json' },
          { kind: 'answer', status: 401 },
        ] as const;
        for (const [index, fault] of faults.entries()) {
          // Every other renewal comes through.
          world.faults.next({ service: 'azure-devops', path: '/oidctoken', skip: index, fault });
        }
        const end = performance.now() + 45_000;
        while (performance.now() < end) {
          // In one read: a file that is replaced cannot be caught between two.
          const claims = readClaims(readFileSync(file, 'utf8'));
          assert.ok(claims?.expiresOn && claims.issuedOn, 'The file holds a whole JWT.');
          assert.ok(claims.expiresOn.getTime() > Date.now(), 'It has not ended.');
          oldestMs = Math.max(oldestMs, Date.now() - claims.issuedOn.getTime());
          reads += 1;
          await sleep(1);
        }
        assert.deepEqual(
          readdirSync(dirname(file)).filter((name) => name.startsWith('assertion')),
          ['assertion'],
        );
      },
    });
    assert.ok(reads > 1000, `${reads} reads`);
    assert.ok(oldestMs < 19_000, `${oldestMs} ms`);
    assert.match(run.post.maskedLog.join('\n'), /Signed out\. .* 8 failures\./);
  }).timeout(90_000);

  it('asks for a new assertion after a tenth of the life of one, not before', async () => {
    world.behind('contoso-azure').federation.lifetimeSeconds = 30;
    await runSignIn(world, { during: async () => sleep(10_500) });
    // The step's own, and one every three seconds.
    const { length } = assertionRequests(world);
    assert.ok(length >= 3 && length <= 5, `${length} requests`);
  }).timeout(30_000);

  it('holds a token until a fifth of its life is left, then gets the next one', async () => {
    world.entra.expiresInSeconds = 5;
    const seen: string[] = [];
    await runSignIn(world, {
      during: async (session) => {
        const scope = '499b84ac-1321-427f-aa17-267ca6975798/.default';
        for (let count = 0; count < 24; count += 1) {
          const answer = (await (await send(session, '/session/token', { scope })).json()) as {
            accessToken: string;
            expiresOn: number;
          };
          assert.ok(answer.expiresOn - Date.now() > 900, 'It is never about to end.');
          seen.push(answer.accessToken);
          await sleep(500);
        }
      },
    });
    const tokens = [...new Set(seen)];
    assert.ok(tokens.length >= 3 && tokens.length <= 4, `${tokens.length} tokens`);
  }).timeout(30_000);

  it('gets one token for all who ask at the same time', async () => {
    world.latency.ms = 200;
    world.behind('contoso-azure').tenant.resources.add('api://shared');
    await runSignIn(world, {
      during: async (session) => {
        const scope = 'api://shared/.default';
        const replies = await Promise.all(
          Array.from({ length: 20 }, async () => send(session, '/session/token', { scope })),
        );
        assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
      },
    });
    const asked = world.requests.filter(({ body }) => body.includes('api%3A%2F%2Fshared'));
    assert.equal(asked.length, 1);
  });
});
