import assert from 'node:assert/strict';
import { rootCertificates, createSecureContext } from 'node:tls';
import { createHttps } from '../../tasks/common/network/adapters/https.ts';
import { TaskError } from '../../tasks/common/errors/task-error.ts';
import type { HttpAnswer } from '../../tasks/common/network/send-request.ts';
import { parseProxy } from '../../tasks/common/network/proxy.ts';
import type { Fault } from '../local/services/faults.ts';
import { startStage, type Stage, type Way } from './support/stage.ts';

/**
 * The task's own HTTP stack over real sockets, with little time left for the step: what 30 s do to a
 * request, and 90 s to a step, is the same code with another number. The full matrix waits for real.
 */
const remainingMs = 400;

const delays: Readonly<Record<string, Fault>> = {
  'no answer': { kind: 'hang' },
  'a body that stops halfway': { kind: 'stalled-body' },
  'a body in drops': { kind: 'slow-body' },
  'a header line now and then': { kind: 'slow-headers' },
};

async function send(
  stage: Stage,
  leftMs: number,
  signal = new AbortController().signal,
): Promise<HttpAnswer> {
  const { world, way } = stage;
  const { sendRequest } = createHttps({
    proxyFor: () => (way === 'proxied' ? parseProxy('the test', world.proxy.url) : undefined),
    readTrust: async () => async () =>
      createSecureContext({ ca: [...rootCertificates, world.authority.certificatePem] }),
    remainingMs: () => leftMs,
    debug: () => undefined,
    signal,
  });
  return sendRequest({
    method: 'POST',
    url: new URL(`https://${stage.hostOf('entra')}/common/oauth2/v2.0/token`),
    headers: {},
    body: 'grant_type=client_credentials',
  });
}

async function assertLate(stage: Stage): Promise<void> {
  const startedAt = performance.now();
  await assert.rejects(send(stage, remainingMs), (error: unknown) => {
    assert.ok(error instanceof TaskError);
    assert.equal(error.code, 'NETWORK_TIMEOUT');
    assert.ok(error.message.startsWith(stage.hostOf('entra')), error.message);
    assert.equal(error.message.includes('through the proxy'), stage.way === 'proxied');
    return true;
  });
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs >= remainingMs - 5 && tookMs < remainingMs + 1000, `${tookMs} ms`);
}

describe('the time limit of a request', () => {
  const stages = new Map<Way, Stage>();
  before(async () => {
    for (const way of ['proxied', 'direct'] as const) stages.set(way, await startStage(way));
  });
  after(async () => {
    for (const stage of stages.values()) await stage.close();
  });

  for (const way of ['proxied', 'direct'] as const) {
    for (const [name, fault] of Object.entries(delays)) {
      it(`ends ${name}, ${way}`, async () => {
        const stage = stages.get(way) ?? assert.fail();
        stage.fail('entra', fault);
        await assertLate(stage);
      });
    }

    it(`lets nothing begin when no time is left, ${way}`, async () => {
      const stage = stages.get(way) ?? assert.fail();
      stage.reset();
      const connects = stage.world.proxy.connects.length;
      await assert.rejects(send(stage, 0), { code: 'TIME_LIMIT_REACHED' });
      assert.deepEqual(
        [stage.world.requests.length, stage.world.proxy.connects.length],
        [0, connects],
      );
    });

    it(`leaves an answer in time alone, ${way}`, async () => {
      const stage = stages.get(way) ?? assert.fail();
      stage.reset();
      stage.fail('entra', { kind: 'delay', ms: 100 });
      const { status, body } = await send(stage, 20_000);
      assert.equal(status, 400);
      assert.match(body, /AADSTS/);
    });
  }

  it('ends a proxy that does not answer', async () => {
    const stage = stages.get('proxied') ?? assert.fail();
    stage.reset();
    stage.failTunnel('entra', { kind: 'hang' });
    await assertLate(stage);
  });

  it('begins nothing when the step is cancelled already', async () => {
    for (const stage of stages.values()) {
      stage.reset();
      await assert.rejects(send(stage, 20_000, AbortSignal.abort()));
      assert.equal(stage.world.requests.length, 0);
    }
  });
});
