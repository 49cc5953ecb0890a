import assert from 'node:assert/strict';
import { signAssertion } from '../local/services/oidc-endpoint.ts';
import { startWorld, type World } from '../local/world.ts';
import { assertNoLeak } from './support/leaks.ts';
import { runTask } from './support/run-task.ts';

describe('An assertion that the job brought along', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(async () => world.close());

  for (const node of ['20', '24'] as const) {
    it(`is exchanged as it is, on Node ${node}`, async () => {
      await world.addConnection({ name: 'late', idToken: { lifetimeSeconds: 600 } });
      const run = await runTask(world, { node, connection: 'late', debug: true });
      assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
      assert.deepEqual(
        run.requests.map(({ service }) => service),
        ['entra'],
      );
      const form = new URLSearchParams(run.requests[0]?.body);
      assert.equal(form.get('client_assertion'), world.issued.assertions[0]);
      assertNoLeak(world, run);
    });
  }

  for (const [what, toIdToken] of [
    ['has only a minute to live', () => ({ lifetimeSeconds: 60 })],
    ['has expired', () => ({ lifetimeSeconds: -60 })],
    [
      'is for somebody else',
      async (world: World) =>
        signAssertion({ ...world.behind('contoso-azure').federation, audience: 'api://other' }),
    ],
    ['is no JWT', () => 'not-a-jwt'],
    ['is a JWT with more behind it', () => 'eyJhbGciOiJub25lIn0.e30.x\n##vso[task.complete]'],
  ] as const) {
    it(`is replaced by a fresh one when it ${what}`, async () => {
      await world.addConnection({ name: 'late', idToken: await toIdToken(world) });
      const run = await runTask(world, { connection: 'late', debug: true });
      assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
      assert.deepEqual(
        run.requests.map(({ service }) => service),
        ['azure-devops', 'entra'],
      );
      assert.equal(world.issued.assertions.length, 2);
      const form = new URLSearchParams(run.requests[1]?.body);
      assert.equal(form.get('client_assertion'), world.issued.assertions[1]);
      assert.deepEqual(run.step.badCommands, []);
      assertNoLeak(world, run);
    });
  }

  it('is replaced by a fresh one when Entra refuses it', async () => {
    await world.addConnection({ name: 'late', idToken: { lifetimeSeconds: 600 } });
    world.entra.failNext({ code: 700024 });
    const run = await runTask(world, { connection: 'late' });
    assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
    assert.deepEqual(
      run.requests.map(({ service }) => service),
      ['entra', 'azure-devops', 'entra'],
    );
    assertNoLeak(world, run);
  });
});
