import assert from 'node:assert/strict';
import type { RecordedRequest } from '../local/contract.ts';
import { furtherTargets, isTarget, targets } from './fault-matrix/targets.ts';
import { isFull } from './support/full.ts';
import { assertNoLeak } from './support/leaks.ts';
import { assertProperEnd } from './support/proper-end.ts';
import type { Scenario, TaskRun } from './support/run-task.ts';
import { startStage, type Stage, type Way } from './support/stage.ts';

const evil = 'evil.example';
const ways: readonly Way[] = ['proxied', 'direct'];
const log = ({ step }: TaskRun): string => step.maskedLog.join('\n');

/** Addresses that look like the organization of the job, or are no place for its token. */
const foreignAddresses = [
  'https://dev.azure.com/fabrikam/',
  'https://dev.azure.com/contoso-evil/',
  'https://dev.azure.com/contoso.evil/',
  'https://dev.azure.com/contoso/../fabrikam/',
  'https://dev.azure.com/contoso/%2e%2e/fabrikam/',
  'https://dev.azure.com/fabrikam/contoso/',
  'https://dev.azure.com//contoso/',
  'https://dev.azure.com/',
  'https://dev.azure.com:444/contoso/',
  'https://dev.azure.com./contoso/',
  'http://dev.azure.com/contoso/',
  'wss://dev.azure.com/contoso/',
  'https://user:secret@dev.azure.com/contoso/',
  `https://dev.azure.com@${evil}/contoso/`,
  `https://${evil}/contoso/`,
  `https://${evil}/https://dev.azure.com/contoso/`,
  `https://${evil}\\@dev.azure.com/contoso/`,
  `https:\\\\${evil}\\contoso`,
  `https://dev.azure.com.${evil}/contoso/`,
  `https://${evil}#dev.azure.com/contoso/`,
  `https://contoso.visualstudio.com.${evil}/`,
  'https://fabrikam.visualstudio.com/contoso/',
  'https://contoso.evil.visualstudio.com/',
  'https://xn--dv-azure-com.example/contoso/',
  'https://dеv.azure.com/contoso/',
  '//dev.azure.com/contoso/',
  '/contoso/',
  'dev.azure.com/contoso',
] as const;

/** Leads every location in an answer of the service elsewhere. */
const withRoute =
  (routeTemplate: string) =>
  (body: Record<string, unknown>): unknown => ({
    ...body,
    value: (body['value'] as object[]).map((location) => ({ ...location, routeTemplate })),
  });

describe('the job’s own token', () => {
  const stages = new Map<Way, Stage>();
  const stageOf = (way: Way): Stage => stages.get(way) ?? assert.fail();
  let evilRequests: () => readonly RecordedRequest[];

  before(async () => {
    for (const way of ways) stages.set(way, await startStage(way));
    const { world } = stageOf('proxied');
    // It can be reached, and would take whatever comes.
    world.server.mount({
      service: 'api',
      hosts: [evil, `*.${evil}`, 'xn--dv-azure-com.example', 'xn--dv-lma.azure.com'],
      handle: () => ({ status: 200, body: '{"oidcToken":"a.b.c"}' }),
    });
    evilRequests = () => world.requests.filter(({ service }) => service === 'api');
  });
  afterEach(() => {
    for (const stage of stages.values()) stage.reset();
  });
  after(async () => {
    for (const stage of stages.values()) await stage.close();
  });

  /** Nothing went anywhere: no request and, on the way with a proxy, no connection either. */
  async function assertRefused(scenario: Scenario, stage = stageOf('proxied')): Promise<void> {
    const connects = stage.world.proxy.connects.length;
    const run = await stage.run(scenario);
    assertProperEnd(stage.world, run);
    assertNoLeak(stage.world, run);
    assert.equal(run.code, 'OIDC_ADDRESS_FOREIGN', log(run));
    assert.equal(run.requests.length, 0);
    assert.equal(stage.world.proxy.connects.length, connects);
  }

  for (const address of foreignAddresses) {
    it(`goes nowhere when System.OidcRequestUri is ${address}`, async () => {
      const value = `${address}p/_apis/distributedtask/hubs/build/plans/p/jobs/j/oidctoken`;
      await assertRefused({ variables: [{ name: 'System.OidcRequestUri', value }] });
    });
  }

  for (const address of [
    'https://dev.azure.com/fabrikam/',
    `https://${evil}/contoso/`,
    'http://dev.azure.com/contoso/',
    'https://user:secret@dev.azure.com/contoso/',
    `https://dev.azure.com.${evil}/contoso/`,
  ]) {
    for (const name of ['System.CollectionUri', 'System.TeamFoundationCollectionUri']) {
      it(`goes nowhere when ${name} is ${address}`, async () => {
        const others = ['System.CollectionUri', 'System.TeamFoundationCollectionUri'];
        await assertRefused({
          variables: [{ name, value: address }],
          withoutVariables: ['System.OidcRequestUri', ...others.filter((other) => other !== name)],
        });
      });
    }
  }

  for (const change of [
    (home: URL) => `${home.origin}/contosoevil/`,
    (home: URL) => `${home.origin}/`,
    (home: URL) => `https://localhost:${Number(home.port) + 1}/contoso/`,
    (home: URL) => `http://${home.host}/contoso/`,
    (home: URL) => `https://127.0.0.1:${home.port}/contoso/`,
    (home: URL) => `${home.origin}/contoso/../fabrikam/`,
  ]) {
    const shown = change(new URL('https://localhost:4430'));
    it(`of a collection at https://localhost:4430/contoso/ does not go to ${shown}`, async () => {
      const stage = stageOf('direct');
      const home = new URL(`https://${stage.hostOf('azure-devops')}`);
      const variables = [{ name: 'System.OidcRequestUri', value: `${change(home)}oidctoken` }];
      await assertRefused({ variables }, stage);
    });
  }

  for (const name of [
    'System.AccessToken',
    'SYSTEMVSSCONNECTION',
    'Endpoint.Url.SystemVssConnection',
  ]) {
    it(`does not follow a variable named ${name}`, async () => {
      const variables = [{ name, value: `https://${evil}/contoso/` }];
      const { world } = stageOf('proxied');
      const run = await stageOf('proxied').run({ variables });
      assertProperEnd(world, run);
      assert.equal(run.code, undefined, log(run));
      assert.deepEqual(evilRequests(), []);
    });
  }

  for (const target of [...targets, ...furtherTargets]) {
    for (const way of ways) {
      for (const status of isFull || way === 'proxied' ? [301, 302, 303, 307, 308] : [307]) {
        it(`and no other credential follows a redirect, ${status}, ${target.name}, ${way}`, async () => {
          const stage = stageOf(way);
          // On the direct way the other host is the other service.
          const other = target.service === 'entra' ? 'azure-devops' : 'entra';
          const host = way === 'proxied' ? evil : stage.hostOf(other);
          const headers = { location: `https://${host}/stolen?x=1` };
          stage.fail(target.service, { kind: 'answer', status, headers }, target.rule);
          const run = await stage.run(target.scenario);
          assertProperEnd(stage.world, run);
          assertNoLeak(stage.world, run);
          assert.equal(run.code, target.codes.page, log(run));
          assert.deepEqual(run.requests.filter((each) => isTarget(target, each)).length, 1);
          assert.deepEqual(
            run.requests.filter(
              ({ path, service }) => service === 'api' || path.includes('stolen'),
            ),
            [],
          );
          assert.ok(stage.world.proxy.connects.every((connect) => connect.host !== evil));
        });
      }
    }
  }

  const lookUps = furtherTargets.filter(({ rule }) => rule.method === 'OPTIONS');
  for (const target of lookUps) {
    for (const routeTemplate of [
      `https://${evil}/{area}/{resource}`,
      `//${evil}/{area}/{resource}`,
      `\\\\${evil}\\{resource}`,
      '../fabrikam/_apis/{resource}',
      '../../fabrikam/_apis/{resource}',
      '/../fabrikam/{resource}',
      `{scopeIdentifier}/../../../${evil}/{resource}`,
    ]) {
      it(`goes nowhere else by an answer’s route ${routeTemplate}, ${target.name}`, async () => {
        const stage = stageOf('proxied');
        stage.fail(target.service, { kind: 'edit', edit: withRoute(routeTemplate) }, target.rule);
        const run = await stage.run(target.scenario);
        assertNoLeak(stage.world, run);
        assert.deepEqual(evilRequests(), []);
        assert.ok(
          run.requests.every(
            ({ host, path }) =>
              host === stage.hostOf('entra') ||
              (host === 'dev.azure.com' && path.startsWith('/contoso/')),
          ),
          run.requests.map(({ host, path }) => `${host}${path}`).join('\n'),
        );
        assert.notEqual(run.code, undefined);
        assertProperEnd(stage.world, run);
      });
    }
  }
});

describe('the assertion', () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage('proxied');
  });
  after(async () => stage.close());

  const misleading: Readonly<Record<string, string>> = {
    AZURE_AUTHORITY_HOST: `https://${evil}/`,
    AZURE_REGIONAL_AUTHORITY_NAME: 'westeurope',
    MSAL_FORCE_REGION: 'westeurope',
    REGION_NAME: 'westeurope',
    AZURE_TENANT_ID: 'evil',
    AZURE_CLIENT_ID: 'evil',
    AZURE_FEDERATED_TOKEN_FILE: '/evil',
    AZURE_IDENTITY_DISABLE_MULTITENANTAUTH: '1',
  };
  const asVariables = Object.entries(misleading).map(([name, value]) => ({ name, value }));
  for (const [where, scenario] of [
    ['in the environment of the machine', { machine: misleading }],
    ['in variables of the pipeline', { variables: asVariables }],
  ] as const) {
    for (const node of ['20', '24'] as const) {
      it(`goes to the authority host of the connection, whatever stands ${where}, Node ${node}`, async () => {
        const run = await stage.run({ node, ...scenario });
        assertProperEnd(stage.world, run);
        assertNoLeak(stage.world, run);
        assert.equal(run.code, undefined, log(run));
        assert.deepEqual(
          run.requests.map(({ method, host }) => `${method} ${host}`),
          ['POST dev.azure.com', 'POST login.microsoftonline.com'],
        );
      });
    }
  }
});
