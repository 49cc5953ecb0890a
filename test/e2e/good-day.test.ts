import assert from 'node:assert/strict';
import type { ProfileName } from '../local/profiles.ts';
import { startWorld, type World } from '../local/world.ts';
import { assertNoLeak } from './support/leaks.ts';
import { runTask } from './support/run-task.ts';

const profiles: readonly ProfileName[] = [
  'yaml',
  'release',
  'release-without-oidc-uri',
  'visualstudio',
  'deployment',
];

describe('EntraToken@1 on a good day', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => world.close());

  for (const node of ['20', '24'] as const) {
    for (const profile of profiles) {
      for (const connection of ['contoso-azure', 'contoso-devops']) {
        it(`sets the token on Node ${node}, profile ${profile}, connection ${connection}`, async () => {
          const run = await runTask(world, { node, profile, connection });
          const { step, job, requests } = run;
          assert.equal(step.result, 'Succeeded', step.maskedLog.join('\n'));
          assert.match(step.nodeVersion ?? '', new RegExp(`^v?${node}\\.`));
          const token = job.variables.get('EntraToken');
          assert.ok(token?.secret);
          assert.equal(token.value, world.issued.accessTokens.at(-1));
          assert.equal(requests.length, profile === 'release-without-oidc-uri' ? 3 : 2);
          assert.deepEqual(step.filesLeft, []);
          assertNoLeak(world, run);
        });
      }
    }

    it(`needs no temporary folder on Node ${node}`, async () => {
      const { step, requests } = await runTask(world, {
        node,
        variables: [{ name: 'Agent.TempDirectory', value: '/nowhere/_temp' }],
      });
      assert.equal(step.result, 'Succeeded', step.maskedLog.join('\n'));
      assert.equal(requests.length, 2);
    });
  }
});
