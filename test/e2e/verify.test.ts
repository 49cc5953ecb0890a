import assert from 'node:assert/strict';
import { startWorld, type World } from '../local/world.ts';
import { assertNoLeak } from './support/leaks.ts';
import { runTask, type Scenario } from './support/run-task.ts';

describe('verify', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => world.close());

  for (const [what, expected, scenario] of [
    ['the organization of the pipeline', 'https://dev.azure.com/contoso', {}],
    [
      'the organization of a pipeline at visualstudio.com',
      'https://contoso.visualstudio.com',
      { profile: 'visualstudio' },
    ],
    [
      'the organization of a release, not the address of Release Management',
      'https://dev.azure.com/contoso',
      { profile: 'release' },
    ],
    [
      'an organization by name',
      'https://dev.azure.com/contoso',
      { profile: 'visualstudio', inputs: { organization: 'contoso' } },
    ],
    [
      'an organization by its address',
      'https://dev.azure.com/Contoso',
      { inputs: { organization: 'https://dev.azure.com/Contoso/' } },
    ],
    [
      'an organization by its older address',
      'https://contoso.visualstudio.com',
      { inputs: { organization: 'https://contoso.visualstudio.com' } },
    ],
    [
      'the organization of an address within the collection',
      'https://dev.azure.com/contoso',
      { inputs: { organization: 'https://dev.azure.com/contoso/Widgets/_git/Widgets' } },
    ],
    [
      'with a token for Azure DevOps that was asked for by its application id',
      'https://dev.azure.com/contoso',
      { inputs: { resource: '499b84ac-1321-427f-aa17-267ca6975798/.default' } },
    ],
  ] satisfies (readonly [string, string, Scenario])[]) {
    it(`calls ${what}`, async () => {
      const run = await runTask(world, {
        ...scenario,
        inputs: { ...('inputs' in scenario ? scenario.inputs : {}), verify: 'true' },
      });
      assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
      assertNoLeak(world, run);
      const last = run.requests.at(-1);
      const { host, pathname } = new URL(`${expected}/_apis/connectionData`);
      assert.deepEqual([last?.host, last?.path.split('?')[0]], [host, pathname]);
      assert.ok(
        run.step.maskedLog.some((line) => line.includes(expected) && line.includes('accepts')),
        run.step.maskedLog.join('\n'),
      );
    });
  }

  it('calls another organization, in the tenant that it is connected to', async () => {
    await world.addConnection({ name: 'multitenant', issuer: 'azure-devops' });
    const { app } = world.behind('multitenant');
    const fabrikam = world.azureDevOps.findOrganization('fabrikam');
    assert.ok(fabrikam);
    app.multiTenant = true;
    const objectId = world.directory.addServicePrincipal(fabrikam.tenant, app);
    fabrikam.access.set(objectId, 'basic');
    const run = await runTask(world, {
      connection: 'multitenant',
      inputs: { verify: 'true', organization: 'fabrikam', tenantId: fabrikam.tenant.id },
    });
    assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
    assert.equal(run.requests.at(-1)?.path.split('?')[0], '/fabrikam/_apis/connectionData');
  });

  it('calls nobody when it is off, whatever the organization', async () => {
    const run = await runTask(world, { inputs: { organization: 'fabrikam' } });
    assert.equal(run.step.result, 'Succeeded');
    assert.equal(run.requests.length, 2);
  });
});
