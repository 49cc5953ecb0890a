import assert from 'node:assert/strict';
import { clouds, type Cloud } from '../../tasks/common/service-connection/clouds.ts';
import { presets, type Preset } from '../../tasks/common/access-token/presets.ts';
import { startWorld, type World } from '../local/world.ts';
import { isFull } from './support/full.ts';
import { assertNoLeak } from './support/leaks.ts';
import { runTask, type Scenario, type TaskRun } from './support/run-task.ts';

const connectionIn: Readonly<Record<Cloud, string>> = {
  AzureCloud: 'contoso-azure',
  AzureUSGovernment: 'fabrikam-government',
  AzureChinaCloud: 'fabrikam-china',
};
const hostIn: Readonly<Record<Cloud, string>> = {
  AzureCloud: 'login.microsoftonline.com',
  AzureUSGovernment: 'login.microsoftonline.us',
  AzureChinaCloud: 'login.partner.microsoftonline.cn',
};
const cloudNames = Object.keys(clouds) as Cloud[];
const known = (Object.keys(presets) as Preset[]).flatMap((preset) =>
  cloudNames.flatMap((cloud) => {
    const ids: Partial<Record<Cloud, string>> = presets[preset];
    const id = ids[cloud];
    return id === undefined ? [] : [{ preset, cloud, id }];
  }),
);
// Each preset in one cloud, the clouds in turn, unless all are asked for; the unit tests have the whole table.
const sample = (Object.keys(presets) as Preset[]).flatMap((preset, index) => {
  const all = known.filter((each) => each.preset === preset);
  const isWhole = isFull || preset === 'microsoftGraph';
  return isWhole ? all : all.filter((_, position) => position === index % all.length);
});

describe('The request for an access token', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    for (const tenant of world.directory.tenants) {
      tenant.resources.add('api://my-api').add('https://my-api.example/');
    }
  });
  after(async () => world.close());

  async function requested(scenario: Scenario): Promise<{
    readonly run: TaskRun;
    readonly host: string | undefined;
    readonly path: string | undefined;
    readonly form: Readonly<Record<string, string>>;
  }> {
    const run = await runTask(world, scenario);
    assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
    assertNoLeak(world, run);
    const toEntra = run.requests.filter(({ service }) => service === 'entra');
    assert.equal(toEntra.length, 1);
    assert.ok(run.requests.every(({ service, proxied }) => service !== 'unknown' && proxied));
    const [request] = toEntra;
    return {
      run,
      host: request?.host,
      path: request?.path,
      form: Object.fromEntries(new URLSearchParams(request?.body)),
    };
  }

  for (const node of ['20', '24'] as const) {
    it(`asks login.microsoftonline.us for https://graph.microsoft.us/.default on Node ${node}`, async () => {
      const { run, host, path, form } = await requested({
        node,
        connection: 'fabrikam-government',
        inputs: { resource: 'microsoftGraph' },
      });
      const { app, tenant } = world.behind('fabrikam-government');
      assert.equal(host, 'login.microsoftonline.us');
      assert.equal(path, `/${tenant.id}/oauth2/v2.0/token`);
      assert.equal(form['scope'], 'https://graph.microsoft.us/.default');
      assert.equal(form['client_id'], app.clientId);
      assert.equal(form['grant_type'], 'client_credentials');
      assert.equal(form['client_assertion'], world.issued.assertions.at(-1));
      assert.equal(
        form['client_assertion_type'],
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      );
      assert.equal(
        run.job.variables.get('EntraToken.resource')?.value,
        'https://graph.microsoft.us',
      );
    });
  }

  for (const { preset, cloud, id } of sample) {
    it(`names ${preset} as ${cloud} does`, async () => {
      const { run, host, form } = await requested({
        connection: connectionIn[cloud],
        // Presets are known in any case.
        inputs: { resource: preset.toUpperCase() },
      });
      assert.equal(host, hostIn[cloud]);
      assert.equal(form['scope'], `${id}/.default`);
      assert.equal(run.job.variables.get('EntraToken.resource')?.value, id);
    });
  }

  for (const [resource, scope] of [
    ['00000003-0000-0000-c000-000000000000', '00000003-0000-0000-c000-000000000000/.default'],
    ['api://my-api', 'api://my-api/.default'],
    ['api://my-api/.default', 'api://my-api/.default'],
    ['https://my-api.example/', 'https://my-api.example//.default'],
    ['https://my-api.example//.default', 'https://my-api.example//.default'],
    ['https://vault.azure.net/.default', 'https://vault.azure.net/.default'],
  ] as const) {
    it(`asks for ${scope} when the resource is ${resource}`, async () => {
      const { form } = await requested({ inputs: { resource } });
      assert.equal(form['scope'], scope);
    });
  }

  it('goes to another tenant when told so, by id or by domain', async () => {
    // Entra's own issuer serves single-tenant applications only.
    await world.addConnection({ name: 'multitenant', issuer: 'azure-devops' });
    const { app } = world.behind('multitenant');
    const other = world.directory.findTenant('fabrikam.onmicrosoft.com');
    assert.ok(other);
    app.multiTenant = true;
    const objectId = world.directory.addServicePrincipal(other, app);
    for (const tenantId of [other.id, 'fabrikam.onmicrosoft.com']) {
      const { run, path } = await requested({ connection: 'multitenant', inputs: { tenantId } });
      assert.equal(path, `/${tenantId}/oauth2/v2.0/token`);
      assert.equal(run.job.variables.get('EntraToken.tenantId')?.value, tenantId);
      assert.equal(run.job.variables.get('EntraToken.objectId')?.value, objectId);
    }
  });
});

const toLines = ({ requests }: TaskRun): readonly string[] =>
  requests.map(({ method, host, path }) => `${method} ${host} ${path.replace(/\?.*/, '')}`);

describe('The requests of a step', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => world.close());

  for (const node of ['20', '24'] as const) {
    it(`are exactly two, whatever the connection, on Node ${node}`, async () => {
      for (const connection of ['contoso-azure', 'contoso-devops']) {
        const run = await runTask(world, { node, connection });
        const { planId, jobId } = run.job.identity;
        assert.deepEqual(toLines(run), [
          `POST dev.azure.com /contoso/${run.job.identity.projectId}/_apis/distributedtask/hubs/build/plans/${planId}/jobs/${jobId}/oidctoken`,
          `POST login.microsoftonline.com /${world.behind(connection).tenant.id}/oauth2/v2.0/token`,
        ]);
        const [first] = run.requests;
        assert.equal(first?.headers['authorization'], `Bearer ${run.job.identity.accessToken}`);
        const query = new URLSearchParams(first?.path.split('?')[1]);
        assert.equal(query.get('serviceConnectionId'), world.behind(connection).connection.id);
      }
    });

    it(`are exactly three without System.OidcRequestUri, on Node ${node}`, async () => {
      const run = await runTask(world, { node, profile: 'release-without-oidc-uri' });
      assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
      assert.deepEqual(
        toLines(run).map((line) => line.split(' ').slice(0, 2).join(' ')),
        ['OPTIONS dev.azure.com', 'POST dev.azure.com', 'POST login.microsoftonline.com'],
      );
    });

    it(`are at most four with verify, on Node ${node}`, async () => {
      const run = await runTask(world, { node, inputs: { verify: 'true' } });
      assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
      assert.ok(run.requests.length <= 4, toLines(run).join('\n'));
      const last = run.requests.at(-1);
      assert.equal(last?.path.split('?')[0], '/contoso/_apis/connectionData');
      assert.equal(last?.headers['authorization'], `Bearer ${world.issued.accessTokens.at(-1)}`);
    });
  }
});
