import assert from 'node:assert/strict';
import { readClaims } from '../../tasks/common/assertion/claims.ts';
import type { RecordedRequest } from '../local/contract.ts';
import { assertNoLeak } from './support/leaks.ts';
import { assertProperEnd } from './support/proper-end.ts';
import type { Scenario, TaskRun } from './support/run-task.ts';
import { startStage, type Stage } from './support/stage.ts';

const oidc = 'azure-devops';
const log = ({ step }: TaskRun): string => step.maskedLog.join('\n');
const assertionIn = ({ body }: RecordedRequest): string =>
  new URLSearchParams(body).get('client_assertion') ?? assert.fail('No assertion.');
/** A connection whose assertion came with the job, and the name of that connection. */
async function bind({ world }: Stage, lifetimeSeconds: number): Promise<string> {
  return (await world.addConnection({ name: 'bound', idToken: { lifetimeSeconds } })).name;
}
const countOf = (text: string, part: string): number => text.split(part).length - 1;

describe('trying again', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await startStage('proxied');
  });
  afterEach(async () => stage.close());

  async function run(scenario: Scenario = {}): Promise<TaskRun & { services: string }> {
    const result = await stage.run(scenario);
    assertProperEnd(stage.world, result);
    assertNoLeak(stage.world, result);
    const services = result.requests.map(({ service }) => (service === oidc ? 'd' : 'e')).join('');
    return { ...result, services };
  }

  for (const [code, name] of [
    [700024, 'ASSERTION_EXPIRED'],
    [700027, 'ASSERTION_SIGNATURE_INVALID'],
    [50013, 'ASSERTION_INVALID'],
  ] as const) {
    it(`gets a fresh assertion, once, when Entra says AADSTS${code}`, async () => {
      stage.world.entra.failNext({ code });
      const { code: ended, services, requests, ...rest } = await run();
      assert.deepEqual([ended, services], [undefined, 'dede']);
      const [, first, , second] = requests;
      assert.ok(first && second);
      assert.notEqual(assertionIn(first), assertionIn(second));
      assert.equal(countOf(log({ code: ended, requests, ...rest }), 'asking for a fresh one'), 1);
    });

    it(`fails when Entra says AADSTS${code} of the fresh one, too`, async () => {
      stage.world.entra.failNext({ code, times: 9 });
      const { code: ended, services } = await run();
      assert.deepEqual([ended, services], [name, 'dede']);
    });
  }

  it('comes through a spurious AADSTS700213, with the same assertion after a calm wait', async () => {
    stage.world.entra.failNext({ code: 700213 });
    const result = await run();
    assert.deepEqual([result.code, result.services], [undefined, 'dee']);
    const [, first, second] = result.requests;
    assert.ok(first && second);
    assert.equal(assertionIn(first), assertionIn(second));
    assert.match(
      log(result),
      /The exchange for an access token failed \(FEDERATION_SUBJECT_MISMATCH\); trying again in [345]\.\d s \(try 2 of 3\)\./,
    );
  });

  for (const [code, name] of [
    [700016, 'APPLICATION_NOT_FOUND'],
    [7000112, 'APPLICATION_DISABLED'],
    [90002, 'TENANT_NOT_FOUND'],
    [53003, 'CONDITIONAL_ACCESS_BLOCKED'],
    [500011, 'RESOURCE_NOT_FOUND'],
    [50196, 'ENTRA_REQUEST_LOOP'],
    [700223, 'FEDERATION_BLOCKED_BY_TENANT'],
  ] as const) {
    it(`never follows a refusal: AADSTS${code}`, async () => {
      stage.world.entra.failNext({ code, times: 9 });
      const { code: ended, services } = await run();
      assert.deepEqual([ended, services], [name, 'de']);
    });
  }

  it('works with a new credential each time: the library alone would refuse for a minute', async () => {
    stage.fail('entra', { kind: 'json', status: 503, value: {} }, { times: 2 });
    const result = await run();
    assert.deepEqual([result.code, result.services], [undefined, 'deee']);
    assert.equal(countOf(log(result), 'trying again in'), 2);
    const ids = result.requests
      .slice(1)
      .map(({ body }) => new URLSearchParams(body).get('client-request-id'));
    assert.equal(
      new Set(ids).size,
      3,
      'Each try can be told from the others in the logs of Entra.',
    );
  });

  it('comes through hiccups of both services in one step', async () => {
    stage.fail(oidc, { kind: 'reset' });
    // The tunnel is opened early, and anew with the second request for the assertion.
    stage.failTunnel('entra', { kind: 'status', status: 502 }, 2);
    stage.fail('entra', { kind: 'answer', status: 429 });
    stage.fail(oidc, { kind: 'close' }, { method: 'GET' });
    const result = await run({ inputs: { verify: 'true' } });
    assert.equal(result.code, undefined, log(result));
    assert.equal(countOf(log(result), 'trying again in'), 4);
  });

  it('honours a Retry-After of two seconds', async () => {
    const headers = { 'retry-after': '2' };
    stage.fail('entra', { kind: 'answer', status: 503, headers });
    const result = await run();
    assert.equal(result.code, undefined);
    assert.match(log(result), /trying again in 2\.0 s/);
    assert.ok(result.step.processMs > 2000);
  });

  it('does not wait for a Retry-After above the cap, and says what the service asks', async () => {
    stage.fail('entra', { kind: 'answer', status: 503, headers: { 'retry-after': '31' } });
    const result = await run();
    assert.deepEqual([result.code, result.services], ['ENTRA_UNAVAILABLE', 'de']);
    assert.match(log(result), /asks to wait 31 s, longer than this step waits/);
  });

  describe('with an assertion that the job brought along', () => {
    it('needs no OIDC endpoint, even one that is down', async () => {
      stage.fail(oidc, { kind: 'reset' }, { times: 99 });
      const result = await run({ connection: await bind(stage, 300) });
      assert.deepEqual([result.code, result.services], [undefined, 'e']);
    });

    it('asks the OIDC endpoint, through its hiccups, when it has less than two minutes', async () => {
      const connection = await bind(stage, 110);
      stage.fail(oidc, { kind: 'reset' });
      const result = await run({ connection });
      assert.deepEqual([result.code, result.services], [undefined, 'dde']);
    });

    it('asks the OIDC endpoint when Entra refuses it as expired', async () => {
      const connection = await bind(stage, 300);
      stage.world.entra.failNext({ code: 700024 });
      const result = await run({ connection });
      assert.deepEqual([result.code, result.services], [undefined, 'ede']);
      const [first, , second] = result.requests;
      assert.ok(first && second);
      assert.ok(readClaims(assertionIn(second)));
      assert.notEqual(assertionIn(first), assertionIn(second));
    });

    it('tries the exchange again with it when Entra hiccups', async () => {
      const connection = await bind(stage, 300);
      stage.fail('entra', { kind: 'close-after-headers' });
      const result = await run({ connection });
      assert.deepEqual([result.code, result.services], [undefined, 'ee']);
    });
  });
});
