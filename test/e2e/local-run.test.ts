import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireNode } from '../local/nodes.ts';
import { explainMissing } from '../local/recipes/find-tool.ts';
import { canHaveOwnNetwork } from '../local/own-network.ts';
import { repository } from '../local/repository.ts';
import { vsix } from './support/run-task.ts';

const java = { title: 'Java', command: ['java', '-version'], get: 'see adoptium.net' } as const;

interface Run {
  readonly code: number;
  readonly log: string;
}

/** Runs what `npm start` runs. */
async function run(args: readonly string[], home?: string): Promise<Run> {
  const cli = join(repository, 'out', 'test', 'local', 'cli.js');
  const child = spawn(process.execPath, [cli, '--vsix', vsix, ...args], {
    env: { ...process.env, ...(home === undefined ? {} : { HOME: home }) },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, log };
}

/** The same with a pipeline of somebody's own, whose home is told afterwards. */
async function start(pipeline: string): Promise<Run & { readonly home: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'local-run-'));
  const home = mkdtempSync(join(tmpdir(), 'own-home-'));
  try {
    const file = join(folder, 'pipeline.yml');
    writeFileSync(file, pipeline);
    return { ...(await run([file], home)), home: readdirSync(home) };
  } finally {
    for (const each of [folder, home]) rmSync(each, { recursive: true, force: true });
  }
}

describe('A local run of a pipeline of one’s own', function () {
  this.timeout(120_000);

  it('takes any names of service connections, of both kinds', async () => {
    const { code, log } = await start(`steps:
  - task: EntraToken@1
    inputs:
      azureSubscription: my-service-connection
  - task: EntraToken@1
    inputs:
      connectionType: azureDevOps
      azureDevOpsServiceConnection: my-azure-devops-connection
  - task: EntraSignIn@1
    inputs:
      azureSubscription: my-service-connection
`);
    assert.equal(code, 0, log);
  });

  it('never leaves this machine, though a program of Node.js knows no proxy by itself', async () => {
    const { code, log } = await start(`steps:
  - bash: |
      node -e "fetch('https://dev.azure.com/contoso').then(({ status }) => console.log('status', status))"
`);
    assert.equal(code, 0, log);
    assert.match(log, /^status \d+$/m);
    assert.match(log, /^azure-devops +GET /m);
  });

  it('has no way out for what knows no proxy', async function () {
    if (!canHaveOwnNetwork()) {
      console.log('      it was not tried: this machine gives no process a network of its own');
      this.skip();
    }
    const { code, log } = await start(`steps:
  - bash: |
      for address in 192.0.2.1 2001:db8::1; do
        (exec 3<>/dev/tcp/$address/443) 2>&1 | grep -o -m 1 'Network is unreachable' | head -n 1
      done
      cat /proc/net/route | wc -l
`);
    assert.equal(code, 0, log);
    assert.equal(log.match(/^Network is unreachable$/gm)?.length, 2, log);
    // The heading alone.
    assert.match(log, /^1$/m);
  });

  it('says so, when an older Node.js would leave it', async () => {
    const { path } = await requireNode('20');
    const { code, log } = await start(`steps:
  - bash: |
      '${path}' -e "fetch('https://dev.azure.com/contoso').catch((error) => console.log(error.cause.message))"
      '${path}' -e "require('node:http').get('http://contoso.example').on('error', ({ message }) => console.log(message))"
`);
    assert.equal(code, 0, log);
    for (const host of ['dev.azure.com', 'contoso.example']) {
      assert.match(
        log,
        new RegExp(
          `^A local run stays on this machine, and this Node\\.js \\(v20\\.\\S+\\) goes to ${host}`,
          'm',
        ),
      );
    }
  });

  it('leads plain HTTP to the proxy, which goes nowhere with it', async () => {
    const { log } = await start(`steps:
  - bash: curl --silent --show-error --output page --write-out 'status %{http_code}' http://contoso.example/page
`);
    assert.match(log, /^status 403$/m);
    assert.match(log, /^unknown +GET +403 +contoso\.example /m);
  });

  it('leads Java there too, with the home of the job', async function () {
    if (explainMissing(java, { PATH: process.env['PATH'] ?? '' }) !== undefined) this.skip();
    const { log, home } = await start(`steps:
  - bash: |
      set -e
      cat > Ask.java <<'EOF'
      public class Ask {
        public static void main(String[] words) throws Exception {
          for (String address : words) {
            var connection = (java.net.HttpURLConnection) new java.net.URL(address).openConnection();
            try {
              System.out.println("status " + connection.getResponseCode());
            } catch (java.io.IOException refused) {
              System.out.println(refused.getMessage());
            }
          }
          java.nio.file.Files.writeString(java.nio.file.Path.of(System.getProperty("user.home"), "note"), "");
        }
      }
      EOF
      java Ask.java http://contoso.example/ https://contoso.example/
      ls "$HOME"
`);
    assert.match(log, /^status 403$/m);
    assert.match(log, /^Unable to tunnel through proxy\..*502 Bad Gateway"$/m);
    assert.match(log, /^note$/m);
    assert.deepEqual(home, []);
  });

  it('takes names of service connections from variables, and for repositories', async () => {
    const { code, log } = await start(`variables:
  connection: own-connection
resources:
  repositories:
    - repository: other
      type: git
      name: Widgets/widgets
      endpoint: own-repositories
jobs:
  - job: legs
    strategy:
      matrix:
        one: { kind: azureDevOps, devOpsConnection: own-devops }
    steps:
      - checkout: other
      - task: EntraToken@1
        inputs:
          azureSubscription: $(connection)
      - task: EntraToken@1
        inputs:
          connectionType: $(kind)
          azureDevOpsServiceConnection: $(devOpsConnection)
`);
    assert.equal(code, 0, log);
  });

  it('lists the names that there are for one that only a step sets', async () => {
    const { code, log } = await start(`steps:
  - task: EntraToken@1
    inputs:
      azureSubscription: $(late)
`);
    assert.equal(code, 1);
    assert.match(
      log,
      /service connection \$\(late\) which could not be found.* Known here: contoso-azure, /,
    );
  });

  it('runs the quick start without a file, from a clone as it is, and leaves the home empty', async () => {
    const home = mkdtempSync(join(tmpdir(), 'own-home-'));
    try {
      const options = { cwd: repository, env: { ...process.env, HOME: home } };
      const { stdout, stderr } = await promisify(execFile)('npm', ['start'], options);
      assert.match(stdout, /^Set the secret variable EntraToken: /m);
      assert.match(stdout, /^Succeeded in /m);
      assert.match(stderr, /^Next: npm start -- [^\n]+\n$/m);
      assert.doesNotMatch(stderr, /npm notice/);
      assert.deepEqual(readdirSync(home), []);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  for (const [what, pipeline, message] of [
    [
      'inputs that are not indented',
      'steps:\n  - task: EntraToken@1\n    inputs:\n    verify: true\n',
      /pipeline\.yml:3: Nothing is below this key: indent the lines/,
    ],
    [
      'inputs beside the step',
      'steps:\n  - task: EntraToken@1\n  inputs:\n    verify: true\n',
      /pipeline\.yml:3: This is no YAML: .* Look at how far this line/,
    ],
    ['an empty file', '', /pipeline\.yml is empty\.$/],
    ['a task with a slip', 'steps:\n  - task: EntraTokn@1\n', /Did you mean 'EntraToken@1'\?$/],
    [
      'an input with a slip',
      'steps:\n  - task: EntraToken@1\n    inputs: { azureSubscripton: x }\n',
      /Did you mean 'azureSubscription'\?/,
    ],
  ] as const) {
    it(`says in one sentence what is wrong with ${what}`, async () => {
      const { code, log } = await start(pipeline);
      assert.equal(code, 1);
      const said = log
        .split('\n')
        .filter((line) => !/^(?:Starting the local services \.\.\.)?$/.test(line));
      assert.equal(said.length, 1, log);
      assert.match(said[0] ?? '', message);
    });
  }

  it('runs the smoke pipeline as it stands, on all its images', async () => {
    const parameters = ['serviceConnection=own', 'callAzure=true'];
    const { code, log } = await run([
      join(repository, 'docs', 'smoke.yml'),
      ...parameters.flatMap((parameter) => ['--parameter', parameter]),
    ]);
    assert.equal(code, 0, log);
    assert.equal(
      log.match(/^The log must show stars instead of a token here: \*\*\*$/gm)?.length,
      9,
    );
    assert.match(log, /^Next: /m);
  });

  it('writes into a home of its own', async () => {
    const { code, log, home } = await start(`steps:
  - bash: echo x > "$HOME/.npmrc"
`);
    assert.equal(code, 0, log);
    assert.deepEqual(home, []);
  });
});
