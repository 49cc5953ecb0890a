import assert from 'node:assert/strict';
import { startWorld, type World } from '../local/world.ts';
import { assertNoLeak, formsOf } from './support/leaks.ts';
import { assertProperEnd } from './support/proper-end.ts';
import type { Scenario, TaskRun } from './support/run-task.ts';
import { runTask } from './support/run-task.ts';
import { startStage, type Stage } from './support/stage.ts';
import { startTlsFront, type TlsFront } from './support/tls-front.ts';

const username = 'CONTOSO\\build agent';
const password = 'p@ss:w/ör%d "x"';
const nowhere = 'http://127.0.0.1:1';
const log = ({ step }: TaskRun): string => step.maskedLog.join('\n');

const credentialsIn = (address: string): string =>
  address.replace('//', `//${encodeURIComponent(username)}:${encodeURIComponent(password)}@`);

function check(world: World, run: TaskRun): void {
  assertProperEnd(world, run);
  assertNoLeak(world, run);
}

describe("a proxy that wants the agent's credentials", () => {
  let world: World;
  before(async () => {
    world = await startWorld({ proxy: { username, password } });
  });
  after(async () => world.close());

  async function run(scenario: Scenario): Promise<TaskRun> {
    const result = await runTask(world, scenario);
    check(world, result);
    // The task library would write a key for the password.
    assert.deepEqual(result.step.filesLeft, []);
    for (const form of formsOf(password)) {
      assert.ok(!log(result).includes(form), 'The password stands in the log.');
      assert.ok(!result.step.completeMessages.join('\n').includes(form));
    }
    return result;
  }

  for (const node of ['20', '24'] as const) {
    it(`is used for both services, with every character of the password, on Node ${node}`, async () => {
      const before = world.proxy.connects.length;
      const { code, requests } = await run({ node, inputs: { verify: 'true' } });
      assert.equal(code, undefined);
      assert.deepEqual(
        requests.map(({ proxied }) => proxied),
        [true, true, true, true],
      );
      assert.deepEqual(
        world.proxy.connects.slice(before).map(({ host, status }) => [host, status]),
        [
          ['dev.azure.com', 200],
          ['login.microsoftonline.com', 200],
          ['dev.azure.com', 200],
          ['dev.azure.com', 200],
        ],
      );
    });
  }

  it('is used with the credentials of HTTPS_PROXY where the agent has no proxy', async () => {
    const machine = { HTTPS_PROXY: credentialsIn(world.proxy.url) };
    const { code, requests } = await run({ proxy: null, machine });
    assert.equal(code, undefined);
    assert.ok(requests.every(({ proxied }) => proxied));
  });

  it('does not print the password in debug mode', async () => {
    assert.equal((await run({ debug: true, skipDebugLogs: false })).code, undefined);
  });

  for (const [what, proxy] of [
    ['none', { username: undefined, password: undefined }],
    ['a wrong password', { password: 'wr0ng-Pässword' }],
    ['a wrong user name', { username: 'somebody' }],
  ] as const) {
    it(`has an error of its own when it gets ${what}`, async () => {
      const { url } = world.proxy;
      const { username: name = username, password: word = password } = proxy;
      const credentials = what === 'none' ? {} : { username: name, password: word };
      const result = await run({ proxy: { url, ...credentials } });
      assert.equal(result.code, 'PROXY_AUTHENTICATION_REQUIRED');
      assert.equal(result.requests.length, 0);
      assert.match(log(result), /http:\/\/127\.0\.0\.1:\d+ .* dev\.azure\.com \(HTTP status 407\)/);
      assert.match(log(result), /config --proxyusername/);
      assert.ok(!log(result).includes('wr0ng'));
      assert.ok(!log(result).includes('trying again'));
    });
  }
});

describe('the choice of a proxy', () => {
  let proxied: Stage;
  let direct: Stage;
  before(async () => {
    proxied = await startStage('proxied');
    direct = await startStage('direct');
  });
  after(async () => {
    await proxied.close();
    await direct.close();
  });

  const bare = (): string => proxied.world.proxy.url.replace('http://', '');
  const settings: Readonly<Record<string, () => Record<string, string>>> = {
    HTTPS_PROXY: () => ({ HTTPS_PROXY: proxied.world.proxy.url }),
    https_proxy: () => ({ https_proxy: proxied.world.proxy.url }),
    ALL_PROXY: () => ({ ALL_PROXY: proxied.world.proxy.url }),
    all_proxy: () => ({ all_proxy: proxied.world.proxy.url }),
    'HTTPS_PROXY without a scheme': () => ({ HTTPS_PROXY: bare() }),
    'https_proxy without a scheme': () => ({ https_proxy: bare() }),
    'HTTPS_PROXY, not HTTP_PROXY': () => ({
      HTTPS_PROXY: proxied.world.proxy.url,
      HTTP_PROXY: nowhere,
    }),
    'HTTPS_PROXY where NO_PROXY names others': () => ({
      HTTPS_PROXY: proxied.world.proxy.url,
      NO_PROXY: 'localhost,.example.com,azure.com',
    }),
  };
  for (const [name, machine] of Object.entries(settings)) {
    it(`takes ${name} of the machine`, async () => {
      const run = await proxied.run({
        proxy: null,
        machine: machine(),
        // With the requests that the client of Azure DevOps makes.
        withoutVariables: ['System.OidcRequestUri'],
        inputs: { verify: 'true' },
      });
      check(proxied.world, run);
      assert.equal(run.code, undefined, log(run));
      assert.deepEqual(
        run.requests.map((each) => each.proxied),
        [true, true, true, true, true],
      );
    });
  }

  it("prefers the agent's proxy to the machine's", async () => {
    const run = await proxied.run({ machine: { HTTPS_PROXY: nowhere, https_proxy: nowhere } });
    check(proxied.world, run);
    assert.equal(run.code, undefined);
  });

  for (const name of ['NO_PROXY', 'no_proxy']) {
    for (const value of ['localhost', 'other.example, localhost', '*', '.localhost,localhost']) {
      it(`goes directly where ${name} is "${value}"`, async () => {
        const run = await direct.run({ machine: { HTTPS_PROXY: nowhere, [name]: value } });
        check(direct.world, run);
        assert.deepEqual([run.code, run.requests.length], [undefined, 2]);
      });
    }
  }

  it('goes directly where only HTTP_PROXY is set, which is for http', async () => {
    const run = await direct.run({ machine: { HTTP_PROXY: nowhere, http_proxy: nowhere } });
    check(direct.world, run);
    assert.equal(run.code, undefined);
  });

  for (const [what, stageOf, scenario, ways] of [
    ['Azure DevOps', () => direct, { connection: 'contoso-azure' }, [false, true]],
    ['Entra', () => direct, { profile: 'yaml' }, [true, false]],
    ['both', () => direct, {}, [false, false]],
    ['neither', () => direct, { profile: 'yaml', connection: 'contoso-azure' }, [true, true]],
  ] as const) {
    it(`calls ${what} directly where the agent's bypass list says so, address by address`, async () => {
      const stage = stageOf();
      const { url } = stage.world.proxy;
      const proxy = {
        url,
        // The path does not count, and what is no regular expression is skipped.
        bypass: ['*.example', '^HTTPS://LOCALHOST(:\\d+)?$', 'oauth2|oidctoken', '('],
      };
      // What the machine says does not count where the agent has a proxy.
      const run = await stage.run({ ...scenario, proxy, machine: { HTTPS_PROXY: nowhere } });
      check(stage.world, run);
      assert.equal(run.code, undefined);
      for (const entry of ['"*.example"', '"("']) {
        assert.ok(log(run).includes(`has ${entry}, which is no regular expression`), log(run));
      }
      assert.deepEqual(
        run.requests.map((each) => each.proxied),
        ways,
      );
    });
  }

  for (const [what, scenario, code, part] of [
    [
      'an address without a scheme',
      { url: 'proxy.example:3128' },
      'PROXY_INVALID',
      'config --proxyurl',
    ],
    ['a SOCKS proxy', { url: 'socks5://127.0.0.1:1080' }, 'PROXY_INVALID', 'socks5'],
    ['a proxy that refuses connections', { url: nowhere }, 'PROXY_UNREACHABLE', nowhere],
    [
      'a proxy whose name is not known',
      { url: 'http://proxy.invalid:3128' },
      'PROXY_UNREACHABLE',
      'http://proxy.invalid:3128',
    ],
  ] as const) {
    it(`fails with ${code} for ${what}`, async () => {
      const run = await proxied.run({ proxy: scenario });
      check(proxied.world, run);
      assert.equal(run.code, code, log(run));
      assert.equal(run.requests.length, 0);
      assert.ok(log(run).includes(part), log(run));
      assert.equal(/Tried 4 times/.test(log(run)), code === 'PROXY_UNREACHABLE');
    });
  }
});

describe('a proxy at an https address', () => {
  let stage: Stage;
  let front: TlsFront;
  before(async () => {
    stage = await startStage('proxied');
    const { authority, proxy } = stage.world;
    front = await startTlsFront(await authority.issue('localhost'), proxy.port);
  });
  after(async () => {
    await front.close();
    await stage.close();
  });

  for (const node of ['20', '24'] as const) {
    it(`is spoken to over TLS, with the agent's CA, on Node ${node}`, async () => {
      const run = await stage.run({ node, proxy: { url: `https://localhost:${front.port}` } });
      check(stage.world, run);
      assert.deepEqual([run.code, run.requests.every((each) => each.proxied)], [undefined, true]);
    });
  }

  it('is named when its certificate is not trusted', async () => {
    const { world } = stage;
    const flawed = await startTlsFront(
      await world.authority.issue('localhost', 'untrusted'),
      world.proxy.port,
    );
    const url = `https://localhost:${flawed.port}`;
    const run = await stage.run({ proxy: { url }, machine: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    await flawed.close();
    assert.equal(run.code, 'TLS_CERTIFICATE_UNTRUSTED');
    assert.equal(run.requests.length, 0);
    assert.ok(
      log(run).includes(`The connection to the proxy ${url}, for dev.azure.com,`),
      log(run),
    );
  });

  it('is not spoken to without TLS', async () => {
    const run = await stage.run({ proxy: { url: `https://localhost:${stage.world.proxy.port}` } });
    check(stage.world, run);
    assert.equal(run.code, 'TLS_HANDSHAKE_FAILED', log(run));
  });
});
