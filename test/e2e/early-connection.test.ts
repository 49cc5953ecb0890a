import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { practise } from '../../tasks/EntraToken/EntraTokenV1/src/adapters/practise.ts';
import { startRelay, type Relay } from '../local/services/relay.ts';
import { assertNoLeak } from './support/leaks.ts';
import { assertProperEnd } from './support/proper-end.ts';
import type { Scenario, TaskRun } from './support/run-task.ts';
import { startStage, type Stage } from './support/stage.ts';

const entra = 'login.microsoftonline.com';
/** How long Azure DevOps works on an assertion: enough to see what happens meanwhile. */
const assertionMs = 700;
const log = ({ step }: TaskRun): string => step.maskedLog.join('\n');
const tasks = ['EntraToken@1', 'EntraSignIn@1'] as const;
const nodes = ['20', '24'] as const;

/** Waits until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 10) {
    assert.ok(waited < 20_000, 'It never came to that.');
    await sleep(10);
  }
}

/** Checks what holds for every run; a job that is signed in has the assertion in a file and other variables. */
function check(stage: Stage, run: TaskRun, task: string = tasks[0]): void {
  if (task === tasks[0]) assertProperEnd(stage.world, run);
  if (task === tasks[0] || run.code !== undefined) assertNoLeak(stage.world, run);
}

const services = ({ requests }: TaskRun): string =>
  requests.map(({ service }) => service).join(' ');

describe('the early connection, direct', () => {
  let stage: Stage;
  let relay: Relay;
  beforeEach(async () => {
    stage = await startStage('direct');
    relay = await startRelay({ port: Number(new URL(`https://${stage.hostOf('entra')}`).port) });
    await connect('early', relay.port);
  });
  afterEach(async () => {
    await relay.close();
    await stage.close();
  });

  /** A service connection with its authority host at a port of this machine. */
  async function connect(name: string, port: number, idToken = {}): Promise<void> {
    const authority = `https://localhost:${port}/`;
    const data = { activeDirectoryAuthority: authority, environmentAuthorityUrl: authority };
    await stage.world.addConnection({ name, data, ...idToken });
  }

  const begin = async (scenario: Scenario = {}): Promise<TaskRun> =>
    stage.run({ connection: 'early', ...scenario });
  const delayAssertion = (): void =>
    stage.fail('azure-devops', { kind: 'delay', ms: assertionMs }, { path: '/oidctoken' });

  for (const task of tasks) {
    for (const node of nodes) {
      it(`is opened while the assertion is on its way, and used, ${task}, Node ${node}`, async () => {
        delayAssertion();
        const running = begin({ task, node });
        await until(() => (relay.connections[0]?.sent ?? 0) > 0);
        assert.equal(stage.world.issued.assertions.length, 0, 'There is no assertion yet.');
        const run = await running;
        check(stage, run, task);
        assert.equal(run.code, undefined, log(run));
        assert.equal(services(run), 'azure-devops entra');
        assert.equal(relay.connections.length, 1, 'The one opened early is the one used.');
      });
    }
  }

  for (const how of ['close', 'reset'] as const) {
    for (const node of nodes) {
      it(`is replaced without a word where the server ended it (${how}), Node ${node}`, async () => {
        delayAssertion();
        const running = begin({ node });
        await until(() => (relay.connections[0]?.sent ?? 0) > 0);
        // TLS is agreed on by then.
        await sleep(200);
        relay.connections[0]?.end(how);
        const run = await running;
        check(stage, run);
        assert.equal(run.code, undefined, log(run));
        assert.equal(services(run), 'azure-devops entra');
        assert.equal(relay.connections.length, 2);
        assert.ok(!log(run).includes('trying again'), log(run));
      });
    }
  }

  it('is opened anew where Azure DevOps is asked again and the server has ended it', async () => {
    stage.fail('azure-devops', { kind: 'answer', status: 503, headers: { 'retry-after': '1' } });
    const running = begin();
    await until(() => (relay.connections[0]?.sent ?? 0) > 0);
    await sleep(200);
    relay.connections[0]?.end('close');
    const run = await running;
    check(stage, run);
    assert.equal(run.code, undefined, log(run));
    assert.equal(services(run), 'azure-devops azure-devops entra');
    assert.equal(relay.connections.length, 2);
  });

  for (const task of tasks) {
    it(`is not opened for an assertion that the job brought along, ${task}`, async () => {
      await connect('bound', relay.port, { idToken: { lifetimeSeconds: 600 } });
      const run = await begin({ connection: 'bound', task });
      check(stage, run, task);
      assert.equal(services(run), 'entra');
      assert.equal(relay.connections.length, 1, 'That of the request.');
    });

    it(`is not opened when an input is wrong, ${task}`, async () => {
      const run = await begin({ inputs: { tenantId: 'no tenant' }, task });
      check(stage, run, task);
      assert.equal(run.code, 'TENANT_ID_INVALID', log(run));
      assert.equal(relay.connections.length, 0);
    });
  }

  for (const [what, toPort] of [
    ['waits', async () => relay.port],
    ['is not answered', async () => (await startSilent()).port],
    ['is refused', async () => findClosedPort()],
  ] as const) {
    for (const task of tasks) {
      it(`is no error and no wait where the assertion is refused and it ${what}, ${task}`, async () => {
        await connect('other', await toPort());
        stage.fail('azure-devops', { kind: 'answer', status: 401 }, { times: 9 });
        const run = await begin({ connection: 'other', task });
        check(stage, run, task);
        assert.equal(run.code, 'OIDC_UNAUTHORIZED', log(run));
        assert.ok((run.step.completeToExitMs ?? 0) < 1000, `${run.step.completeToExitMs} ms`);
        assert.equal(services(run), 'azure-devops');
      });
    }
  }

  const silent: Relay[] = [];
  async function startSilent(): Promise<Relay> {
    const made = await startRelay({ port: undefined });
    silent.push(made);
    return made;
  }
  afterEach(async () => {
    for (const each of silent.splice(0)) await each.close();
  });

  it('that is refused is an error with the words and the tries of the request', async () => {
    const port = await findClosedPort();
    await connect('closed', port);
    const run = await begin({ connection: 'closed' });
    check(stage, run);
    assert.equal(run.code, 'NETWORK_UNREACHABLE', log(run));
    assert.equal(countOf(log(run), 'The exchange for an access token failed'), 3);
    assert.match(
      log(run),
      /it was refused \(ECONNREFUSED\).* Addresses tried: .*\(Tried 4 times\.\)/,
    );
  });

  it('with a wrong certificate is an error of the request, and is not tried again', async () => {
    stage.spoil('entra', 'expired');
    const run = await begin();
    check(stage, run);
    assert.equal(run.code, 'TLS_CERTIFICATE_EXPIRED', log(run));
    assert.equal(relay.connections.length, 1);
    assert.equal(services(run), 'azure-devops');
  });
});

describe('the early connection through a proxy', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await startStage('proxied');
  });
  afterEach(async () => stage.close());

  const hosts = (): readonly string[] => stage.world.proxy.connects.map(({ host }) => host);

  for (const task of tasks) {
    for (const node of nodes) {
      it(`is a tunnel opened while the assertion is on its way, and used, ${task}, Node ${node}`, async () => {
        stage.fail('azure-devops', { kind: 'delay', ms: assertionMs });
        const running = stage.run({ task, node });
        await until(() => hosts().includes(entra));
        assert.equal(stage.world.issued.assertions.length, 0, 'There is no assertion yet.');
        const run = await running;
        check(stage, run, task);
        assert.equal(run.code, undefined, log(run));
        assert.equal(run.requests.length, 2);
        assert.deepEqual(hosts(), ['dev.azure.com', entra], 'One tunnel for each request.');
      });
    }
  }

  it('goes to the authority host of the connection only', async () => {
    const run = await stage.run({ connection: 'fabrikam-china', inputs: { resource: 'monitor' } });
    assertNoLeak(stage.world, run);
    assert.equal(new Set(hosts()).size, 2);
    for (const host of hosts()) {
      assert.ok(
        run.requests.some((request) => request.host === host),
        `${host} got no request.`,
      );
    }
  });

  for (const [what, fault, code] of [
    ['asks for a password', { kind: 'status', status: 407 }, 'PROXY_AUTHENTICATION_REQUIRED'],
    ['refuses it', { kind: 'status', status: 403 }, 'PROXY_REFUSED'],
  ] as const) {
    it(`is an error of the request where the proxy ${what}, and is asked for once`, async () => {
      stage.failTunnel('entra', fault, 9);
      const run = await stage.run();
      check(stage, run);
      assert.equal(run.code, code, log(run));
      assert.deepEqual(hosts(), ['dev.azure.com', entra]);
      assert.equal(run.requests.length, 1);
    });
  }

  for (const fault of ['hang', 'status'] as const) {
    it(`holds no step whose assertion is refused, where the proxy's answer is ${fault}`, async () => {
      stage.failTunnel(
        'entra',
        fault === 'hang' ? { kind: 'hang' } : { kind: 'status', status: 502 },
      );
      stage.fail('azure-devops', { kind: 'answer', status: 401 }, { times: 9 });
      const run = await stage.run();
      check(stage, run);
      assert.equal(run.code, 'OIDC_UNAUTHORIZED', log(run));
      assert.ok(hosts().includes(entra));
      assert.ok(!log(run).includes(entra), log(run));
    });
  }
});

describe('the practice of the exchange, while the assertion is on its way', () => {
  it('comes to its end, with an answer from memory', async () => {
    assert.equal(await practise(), true);
  });

  for (const [what, variables] of [
    ['a job', []],
    [
      'a job with the log of the client library',
      [
        { name: 'AZURE_LOG_LEVEL', value: 'verbose' },
        { name: 'DEBUG', value: '*' },
      ],
    ],
  ] as const) {
    for (const node of nodes) {
      it(`sends nothing and says nothing in ${what}, Node ${node}`, async () => {
        const stage = await startStage('proxied');
        try {
          // As long as the practice takes, and longer.
          stage.fail('azure-devops', { kind: 'delay', ms: assertionMs });
          const run = await stage.run({ node, variables, debug: true });
          assertNoLeak(stage.world, run);
          assert.equal(run.code, undefined, log(run));
          assert.equal(services(run), 'azure-devops entra');
          const hosts = stage.world.proxy.connects.map(({ host }) => host);
          assert.deepEqual(hosts, ['dev.azure.com', entra]);
          for (const { text } of run.step.rawLines) assert.doesNotMatch(text, /practice/i);
        } finally {
          await stage.close();
        }
      });
    }
  }
});

const countOf = (text: string, part: string): number => text.split(part).length - 1;

async function findClosedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
