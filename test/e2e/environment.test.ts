import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { startWorld, type World } from '../local/world.ts';
import { assertFailedStep } from './support/failed-step.ts';
import { assertNoLeak } from './support/leaks.ts';
import { runTask, type Scenario } from './support/run-task.ts';
import { startStage } from './support/stage.ts';

/** A server on loopback that must never be called. */
async function startTrap(): Promise<{
  readonly url: string;
  readonly calls: string[];
  readonly server: Server;
}> {
  const calls: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => void calls.push(chunk.toString('latin1')));
    calls.push('(a connection)');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, server };
}

/** Settings that lead a naive client elsewhere, loosen its checks or make it talk. */
const toSettings = (trap: string): Readonly<Record<string, string>> => ({
  AZURE_AUTHORITY_HOST: trap.replace('http:', 'https:'),
  AZURE_REGIONAL_AUTHORITY_NAME: 'westeurope',
  MSAL_FORCE_REGION: 'westeurope',
  REGION_NAME: 'westeurope',
  AZURE_TENANT_ID: '99999999-1111-4222-8333-444444444444',
  AZURE_CLIENT_ID: '99999999-1111-4222-8333-444444444445',
  AZURE_CLIENT_SECRET: 'not-ours',
  AZURE_FEDERATED_TOKEN_FILE: '/dev/null',
  AZURE_IDENTITY_DISABLE_MULTITENANTAUTH: 'true',
  AZURE_LOG_LEVEL: 'verbose',
  DEBUG: '*',
  NODE_DEBUG: 'http,https,http2,tls,net,stream,undici,fetch,module',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  HTTPS_PROXY: trap,
  https_proxy: trap,
  HTTP_PROXY: trap,
  http_proxy: trap,
  ALL_PROXY: trap,
  all_proxy: trap,
  NODE_USE_ENV_PROXY: '1',
  AZURE_HTTP_USER_AGENT: 'x\r\nX-Evil: 1',
});

describe('The environment', () => {
  let world: World;
  let trap: Awaited<ReturnType<typeof startTrap>>;
  before(async () => {
    world = await startWorld();
    trap = await startTrap();
  });
  after(async () => {
    await world.close();
    await new Promise((resolve) => trap.server.close(resolve));
  });

  for (const node of ['20', '24'] as const) {
    for (const [where, toScenario] of [
      [
        'pipeline variables',
        (settings: Readonly<Record<string, string>>): Scenario => ({
          variables: Object.entries(settings).map(([name, value]) => ({ name, value })),
        }),
      ],
      [
        'the machine',
        (settings: Readonly<Record<string, string>>): Scenario => ({ machine: settings }),
      ],
    ] as const) {
      it(`changes neither where tokens go nor who sees them, as ${where} on Node ${node}`, async () => {
        for (const [connection, host, inputs] of [
          ['contoso-azure', 'login.microsoftonline.com', { verify: 'true' }],
          ['fabrikam-government', 'login.microsoftonline.us', { resource: 'microsoftGraph' }],
        ] as const) {
          const run = await runTask(world, {
            ...toScenario(toSettings(trap.url)),
            node,
            connection,
            inputs,
            debug: true,
          });
          assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
          const [first, second, ...others] = run.requests;
          assert.equal(first?.host, 'dev.azure.com');
          assert.deepEqual(
            [second?.host, second?.path],
            [host, `/${world.behind(connection).tenant.id}/oauth2/v2.0/token`],
          );
          assert.ok(others.every((request) => request.host === 'dev.azure.com'));
          assert.deepEqual(trap.calls, []);
          assertNoLeak(world, run);
        }
      });
    }

    for (const way of ['proxied', 'direct'] as const) {
      it(`turns no certificate check off on the ${way} way on Node ${node}`, async () => {
        const stage = await startStage(way);
        try {
          for (const service of ['azure-devops', 'entra'] as const) {
            stage.reset();
            stage.spoil(service, 'untrusted');
            const run = await stage.run({
              node,
              variables: [
                { name: 'NODE_TLS_REJECT_UNAUTHORIZED', value: '0' },
                { name: 'Agent.SkipCertValidation', value: 'True' },
              ],
              certificates: { caFile: stage.world.caFile, skipValidation: true },
            });
            assert.equal(run.code, 'TLS_CERTIFICATE_UNTRUSTED', run.step.maskedLog.join('\n'));
            assertNoLeak(stage.world, run);
            // The certificate was shown, and nothing was sent after that.
            assert.ok(!run.requests.some((request) => request.service === service));
          }
        } finally {
          await stage.close();
        }
      });

      it(`makes Node print no header on the ${way} way on Node ${node}`, async () => {
        const stage = await startStage(way);
        try {
          const run = await stage.run({
            node,
            debug: true,
            inputs: { verify: 'true' },
            variables: [{ name: 'NODE_DEBUG', value: 'http,https,tls,net,stream' }],
          });
          assert.equal(run.requests[0]?.service, 'azure-devops');
          assert.ok(run.step.rawLines.some(({ stream }) => stream === 'stderr'));
          assertNoLeak(stage.world, run);
        } finally {
          await stage.close();
        }
      });
    }
  }

  for (const [name, value] of [
    ['System.OidcRequestUri', 'https://dev.azure.com.evil.example/contoso/oidctoken'],
    ['System.OidcRequestUri', 'http://dev.azure.com/contoso/oidctoken'],
    ['System.OidcRequestUri', 'https://dev.azure.com@127.0.0.1/contoso/oidctoken'],
    ['System.OidcRequestUri', 'https://dev.azure.com:8443/contoso/oidctoken'],
    ['System.CollectionUri', 'https://dev.azure.com/fabrikam/'],
    ['System.TeamFoundationCollectionUri', 'https://evil.example/contoso/'],
  ] as const) {
    it(`sends the job's token nowhere when ${name} is ${value}`, async () => {
      const run = await runTask(world, {
        // The system's own variable of that name gives way only where the pipeline may set it.
        variables: [{ name, value }],
        ...(name === 'System.TeamFoundationCollectionUri'
          ? { withoutVariables: ['System.CollectionUri'] }
          : {}),
      });
      assertFailedStep(world, run, 'OIDC_ADDRESS_FOREIGN');
      assert.deepEqual(run.requests, []);
    });
  }
});
