import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { signAccessToken } from '../local/services/access-token.ts';
import { gitRepositories } from '../local/services/hosted-services.ts';
import { azureDevOpsAppId } from '../local/services/resource-catalog.ts';
import { send } from '../local/client.ts';
import { installPackages } from '../local/npm-install.ts';
import { requirePython } from '../local/python-packages.ts';
import { cacheFolder, repository } from '../local/repository.ts';
import { runPipeline } from '../local/run-pipeline.ts';
import { startWorld, type World } from '../local/world.ts';
import { explainMissing, type Probe } from './support/find-tool.ts';
import { createRecipeMachine, type RecipeMachine } from './support/recipe-machine.ts';
import { recipesFolder, runPipelineFile, runRecipe, type RecipeRun } from './support/run-recipe.ts';
import { vsix } from './support/run-task.ts';

interface Recipe {
  readonly name: string;
  /** Why it cannot be run anywhere here. */
  readonly notRun?: string;
  /** What is not the real thing. */
  readonly note?: string;
  readonly needs?: readonly Probe[];
  /** npm packages, in exact versions, that the repository of the pipeline has installed. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Beside the environment of the machine, whose home it is told. */
  readonly environment?: (home: string) => Readonly<Record<string, string>>;
  /** Packages of PyPI, in exact versions, whose commands the machine has installed. */
  readonly python?: readonly string[];
  /** Packages of npm, in exact versions, whose commands the machine has installed. */
  readonly commands?: Readonly<Record<string, string>>;
  readonly check?: (run: RecipeRun, world: World) => void | Promise<void>;
}

const curl: Probe = { command: ['curl', '--version'] };
const git: Probe = { command: ['git', '--version'], atLeast: [2, 31] };

const recipes: readonly Recipe[] = [
  { name: 'rest', needs: [curl], check: listsProjects('Bearer') },
  {
    name: 'azure-cli',
    note: 'a stand-in for az makes its call',
    needs: [curl],
    check: listsProjects('Basic '),
  },
  {
    name: 'node',
    // Of the task itself; in a pipeline it comes with `npm ci`.
    packages: { 'azure-devops-node-api': '17.0.1' },
    check: ({ log, requests }) => {
      assert.equal(log.match(/^Project Widgets$/gm)?.length, 2, log);
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
    },
  },
  {
    name: 'python',
    needs: [{ command: ['python3', '-c', 'import requests'] }],
    check: ({ log, requests }) => {
      assert.equal(log.match(/^Project Widgets$/gm)?.length, 2, log);
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
    },
  },
  { name: 'powershell', notRun: 'the local agent has no PowerShell' },
  {
    name: 'git',
    needs: [git],
    check: async ({ requests, jobs }, world) => {
      const pushed = await world.hosted.git.readBranch(gitRepositories.widgets, 'build/42');
      assert.match(pushed ?? '', /^[0-9a-f]{40}$/);
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
      assert.ok(requests.some(({ path }) => path.endsWith('/git-receive-pack')));
      assert.ok(requests.some(({ path }) => path.startsWith('/contoso-labs/')));
      assert.ok(
        jobs[0]?.filesLeft.some(({ path, content }) => {
          return path.endsWith('gadget.txt') && content === 'Hello from the submodule\n';
        }),
      );
    },
  },
  {
    name: 'git-credential-helper',
    needs: [git],
    check: ({ requests }) => assert.deepEqual(credentialsOf(requests), [undefined, 'Basic token']),
  },
  {
    name: 'npm',
    needs: [{ command: ['npm', '--version'] }],
    check: ({ log, requests }) => {
      assert.match(log, /^\+ @contoso\/widgets@1\.0\.0$/m);
      assert.ok(requests.some(({ path }) => path.endsWith('/greeting-1.0.0.tgz')));
      assert.ok(requests.some(({ method, status }) => method === 'PUT' && status === 201));
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
    },
  },
  {
    name: 'pip',
    needs: [{ command: ['python3', '-m', 'pip', '--version'] }],
    check: ({ log, requests }) => {
      assert.match(log, /^Hello from the feed$/m);
      assert.deepEqual(credentialsOf(requests), ['Basic token']);
    },
  },
  {
    name: 'twine',
    needs: [
      { command: ['python3', '-m', 'twine', '--version'] },
      { command: ['python3', '-c', 'import setuptools, wheel'] },
    ],
    check: ({ requests }) => {
      const [upload, ...others] = requests;
      assert.equal(others.length, 0);
      assert.match(upload?.body ?? '', /name=":action"\r\n\r\nfile_upload/);
      assert.match(upload?.body ?? '', /filename="contoso_widgets-1\.0\.0-py3-none-any\.whl"/);
      assert.deepEqual(credentialsOf(requests), ['Basic token']);
    },
  },
  {
    name: 'maven',
    note: 'up to `validate`: plugins come from the internet',
    needs: [{ command: ['mvn', '--version'] }],
    check: ({ log, requests }) => {
      assert.match(log, /BUILD SUCCESS/);
      const paths = requests.filter(({ status }) => status === 200).map(({ path }) => path);
      for (const file of ['/parent-1.0.0.pom', '/versions-1.0.0.pom']) {
        assert.ok(paths.some((path) => path.endsWith(file)));
      }
      // Maven asks without a credential first.
      assert.deepEqual(credentialsOf(requests), [undefined, 'Basic token']);
    },
  },
  {
    name: 'nuget',
    note: "a stand-in for dotnet reads the credential provider's variable",
    needs: [curl],
    check: ({ requests }) => assert.deepEqual(credentialsOf(requests), ['Basic token']),
  },
  {
    name: 'cargo',
    // The oldest with credential providers.
    needs: [{ command: ['cargo', '--version'], atLeast: [1, 74] }],
    check: ({ log, requests }) => {
      assert.match(log, /Downloaded contoso-greeting v1\.0\.0/);
      // Cargo asks without a credential first, and learns from config.json that it needs one.
      assert.deepEqual(credentialsOf(requests), [undefined, 'Bearer']);
    },
  },
  {
    name: 'tfx',
    check: ({ requests }, world) => {
      assert.equal(world.hosted.marketplace.published.get('contoso.widgets')?.version, '1.0.0');
      assert.deepEqual(credentialsOf(requests), [undefined, 'Basic OAuth']);
    },
  },
  {
    name: 'vsce',
    commands: { '@vscode/vsce': '4.1.0' },
    check: ({ requests }, world) => {
      assert.equal(
        world.hosted.marketplace.published.get('contoso.widgets-code')?.version,
        '1.0.0',
      );
      assert.deepEqual(credentialsOf(requests), ['Basic OAuth']);
    },
  },
  {
    name: 'resources',
    needs: [curl],
    check: ({ log, requests }) => {
      assert.match(log, /"tenantType":"AAD"/);
      assert.match(log, /"subscriptionId"/);
      assert.match(log, /Hello from Storage/);
      assert.deepEqual(
        requests.map(({ host, status }) => `${host} ${String(status)}`),
        [
          'graph.microsoft.com 200',
          'management.azure.com 200',
          'contoso.vault.azure.net 200',
          'contoso.blob.core.windows.net 200',
        ],
      );
    },
  },
  {
    name: 'azure-sdk',
    packages: { '@azure/keyvault-secrets': '4.11.2' },
    check: ({ log }) => assert.match(log, /^Read the secret greeting$/m),
  },
  { name: 'terraform', notRun: 'the provider comes from a registry that is not reachable here' },
  {
    name: 'sign-in',
    needs: [curl, { command: ['git', '--version'], atLeast: [2, 32] }],
    check: ({ log, requests }) => {
      // Of three generations none was there from the beginning to the end.
      assert.match(
        log,
        /Signed out\. The job stayed signed in for 4\d s: 2\d assertions, [4-9] access tokens, 0 failures\./,
      );
      assert.ok(requests.some(({ path }) => path.endsWith('/git-upload-pack')));
      assert.deepEqual(credentialsOf(requests), [undefined, 'Basic EntraToken', 'Bearer']);
    },
  },
  {
    name: 'sign-in-git',
    needs: [{ command: ['git', '--version'], atLeast: [2, 32] }],
    check: async ({ requests, jobs }, world) => {
      const pushed = await world.hosted.git.readBranch(gitRepositories.widgets, 'release/42');
      assert.match(pushed ?? '', /^[0-9a-f]{40}$/);
      assert.deepEqual(credentialsOf(requests), [undefined, 'Basic EntraToken']);
      assert.ok(
        jobs[0]?.filesLeft.some(({ path, content }) => {
          return path.endsWith('gadget.txt') && content === 'Hello from the submodule\n';
        }),
      );
    },
  },
  {
    name: 'sign-in-azure-sdk',
    packages: { '@azure/identity': '4.13.1', '@azure/keyvault-secrets': '4.11.2' },
    check: ({ log }) => assert.match(log, /^Read the secret greeting$/m),
  },
  {
    name: 'sign-in-azure-cli',
    python: ['azure-cli==2.91.0'],
    check: ({ log }) => assert.match(log, /^"greeting"\n1$/m),
  },
  {
    name: 'sign-in-python',
    python: ['pip==26.3', 'twine==7.0.0', 'setuptools==84.2.1', 'wheel==0.48.0'],
    check: ({ log, requests }) => {
      assert.match(log, /^Hello from the feed$/m);
      assert.ok(requests.some(({ body }) => body.includes('contoso_widgets-1.0.0')));
      assert.deepEqual(credentialsOf(requests), ['Basic EntraToken']);
    },
  },
  {
    name: 'sign-in-cargo',
    // Not with what another recipe has fetched already.
    environment: (home) => ({ CARGO_HOME: join(home, 'cargo-of-sign-in') }),
    needs: [{ command: ['cargo', '--version'], atLeast: [1, 74] }],
    check: ({ log, requests }) => {
      assert.match(log, /Downloaded contoso-greeting v1\.0\.0/);
      assert.deepEqual(credentialsOf(requests), [undefined, 'Bearer']);
    },
  },
  {
    name: 'sign-in-terraform',
    notRun: 'the provider comes from a registry that is not reachable here',
  },
  {
    name: 'several-jobs',
    needs: [curl, { command: ['python3', '-m', 'pip', '--version'] }],
    check: ({ jobs }) => {
      const tokens = jobs.map(({ variables }) => variables.get('EntraToken')?.value);
      assert.equal(new Set(tokens).size, 2);
    },
  },
  {
    name: 'output-variable',
    needs: [curl],
    check: ({ jobs, requests }) => {
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
      const [giver, ...takers] = jobs;
      const given = giver?.outputVariables.get('token.EntraToken');
      assert.ok(given?.secret);
      assert.equal(takers.length, 2);
      for (const { variables } of takers) {
        const { value, secret } = variables.get('SharedToken') ?? {};
        assert.deepEqual({ value, secret }, { value: given.value, secret: true });
      }
    },
  },
  {
    name: 'long-job',
    needs: [curl, git],
    check: ({ requests }) => {
      const headers = requests.map(({ headers }) => headers['authorization']);
      assert.equal(new Set(headers).size, 2, 'the second part has a token of its own');
    },
  },
  {
    name: 'two-connections',
    needs: [curl],
    check: ({ log, requests }) => {
      const [reader, publisher] = /Reader (\S+), publisher (\S+)$/m.exec(log)?.slice(1) ?? [];
      assert.ok(reader && publisher && reader !== publisher);
      assert.equal(new Set(requests.map(({ headers }) => headers['authorization'])).size, 2);
    },
  },
  {
    name: 'container-job',
    note: 'without the container: there may be no Docker',
    needs: [curl],
    check: listsProjects('Bearer'),
  },
  {
    name: 'extends',
    needs: [curl],
    check: ({ log, jobs, requests }) => {
      assert.match(log, /^Building without a token$/m);
      assert.match(log, /^This step has no token$/m);
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
      assert.equal(jobs[0]?.variables.has('EntraToken'), false);
    },
  },
];

describe('The recipes of the documentation', function () {
  this.timeout(120_000);
  // Their scripts are for bash, as Linux and macOS have it.
  if (process.platform === 'win32') return;
  let world: World;
  let machine: RecipeMachine;
  before(async () => {
    world = await startWorld();
    machine = await createRecipeMachine(
      recipes.filter(({ commands }) => commands).map(({ name }) => commandFolder(name)),
    );
  });
  after(async () => {
    await world.close();
    await machine.close();
  });

  it('are all in this test', () => {
    const files = readdirSync(recipesFolder).filter((file) => file.endsWith('.yml'));
    assert.deepEqual(recipes.map(({ name }) => `${name}.yml`).toSorted(), files.toSorted());
  });

  for (const recipe of recipes) {
    const { name, notRun, note, packages, check } = recipe;
    const remark = notRun === undefined ? note : `not run here: ${notRun}`;
    it(`${name}.yml${remark === undefined ? '' : ` (${remark})`}`, async function () {
      if (notRun !== undefined) this.skip();
      const missing = await prepare(recipe, machine);
      if (missing !== undefined) {
        console.log(`      ${name}.yml was not run: ${missing}`);
        this.skip();
      }
      const run = await runRecipe(
        name,
        world,
        await furnish(machine, world, recipe),
        packages ? { packages: packageFolder(name) } : {},
      );
      await check?.(run, world);
    });
  }

  for (const [index, block] of readBlocks('README.md').entries()) {
    it(`the pipeline ${index + 1} of README.md`, async () => {
      await addNamedConnections(world);
      const folder = await mkdtemp(join(tmpdir(), 'readme-'));
      const path = join(folder, `readme-${index + 1}.yml`);
      await writeFile(path, block);
      await runPipelineFile(path, world, machine);
      await rm(folder, { recursive: true });
    });
  }

  for (const profile of ['release', 'release-without-oidc-uri', 'deployment'] as const) {
    it(`rest.yml as a classic release, profile ${profile}`, async () => {
      listsProjects('Bearer')(await runRecipe('rest', world, machine, { profile }));
    });
  }

  it('rest.yml for a pull request of a fork: the step is skipped and nothing is called', async () => {
    const before = world.requests.length;
    const { jobs } = await runPipeline(join(recipesFolder, 'rest.yml'), {
      vsix: [vsix],
      world,
      profile: 'fork',
      machine: machine.additions,
    });
    const { steps = [], variables } = jobs[0]?.verdict ?? {};
    assert.equal(steps[0]?.result, 'Skipped');
    assert.equal(variables?.has('EntraToken'), false);
    const calls = world.requests.slice(before).filter(({ status }) => status === 200);
    assert.deepEqual(calls, []);
  });

  it('masks the token in every form that tools print', async () => {
    const path = join(repository, 'test', 'local', 'pipelines', 'every-form.yml');
    const { log } = await runPipelineFile(path, world, machine);
    const lines = log.split('\n').filter((line) => line.includes('***'));
    for (const form of ['plain', 'bearer', 'base64', 'url', 'npmrc', 'json', 'stderr']) {
      assert.ok(
        lines.some((line) => line.startsWith(`${form}: `)),
        form,
      );
    }
    assert.equal(lines.filter((line) => /^basic \d+: Authorization: Basic /.test(line)).length, 9);
    // What curl and git print by themselves.
    assert.ok(
      lines.some((line) => line.startsWith('> Authorization: Bearer ***')),
      log,
    );
    assert.ok(
      lines.some((line) => /^> Authorization: Basic [\w+/]{0,12}\*\*\*/.test(line)),
      log,
    );
    assert.ok(
      lines.some((line) => /=> Send header: authorization: bearer \*\*\*/i.test(line)),
      log,
    );
  });
});

describe('An output variable with a token', () => {
  it("is masked in another job, but inside a Basic header only by luck: the task's masks end with its job", async () => {
    const world = await startWorld();
    try {
      const { jobs } = await runPipeline(
        join(repository, 'test', 'local', 'pipelines', 'output-forms.yml'),
        { vsix: [vsix], world },
      );
      const log = jobs[1]?.verdict?.maskedLog ?? [];
      assert.ok(log.includes('plain: ***'), log.join('\n'));
      // The agent masks a secret that a job begins with in base64, too, but at one alignment of three.
      assert.ok(
        log.some((line) => /^basic 'token': \S{0,8}\*\*\*$/.test(line)),
        log.join('\n'),
      );
      const [token = ''] = world.issued.accessTokens;
      assert.ok(log.includes(`basic '': ${Buffer.from(`:${token}`).toString('base64')}`));
    } finally {
      await world.close();
    }
  });
});

describe('The gate in front of git, the feeds and the Marketplace', () => {
  let world: World;
  const tokens: Record<string, string> = {};
  before(async () => {
    world = await startWorld();
    const { app, tenant } = world.behind('contoso-azure');
    const objectId = tenant.servicePrincipals.get(app.clientId) ?? '';
    const token = {
      app,
      tenant,
      objectId,
      resource: azureDevOpsAppId,
      expiresInSeconds: 3600,
    };
    tokens['good'] = await signAccessToken(token);
    tokens['expired'] = await signAccessToken({ ...token, expiresInSeconds: -1 });
    tokens['for another resource'] = await signAccessToken({
      ...token,
      resource: 'https://graph.microsoft.com',
    });
    tokens['of a stranger'] = await signAccessToken({ ...token, objectId: 'stranger' });
  });
  after(async () => world.close());

  const feed = 'https://pkgs.dev.azure.com/contoso/_packaging/widgets';
  const addresses = {
    REST: 'https://dev.azure.com/contoso/_apis/projects',
    git: 'https://dev.azure.com/contoso/Widgets/_git/widgets/info/refs?service=git-upload-pack',
    npm: `${feed}/npm/registry/@contoso%2fgreeting`,
    PyPI: `${feed}/pypi/simple/contoso-greeting/`,
    Maven: `${feed}/maven/v1/com/contoso/parent/1.0.0/parent-1.0.0.pom`,
    NuGet: `${feed}/nuget/v3/index.json`,
    Cargo: `${feed}/Cargo/index/config.json`,
    Marketplace: 'https://marketplace.visualstudio.com/_apis/gallery',
  };
  for (const [name, address] of Object.entries(addresses)) {
    it(`lets only a valid token for Azure DevOps through to ${name}`, async () => {
      const method = name === 'Marketplace' ? 'OPTIONS' : 'GET';
      const statusOf = async (authorization: string): Promise<number> =>
        (await send(world, address, { method, headers: { authorization }, timeoutMs: 60_000 }))
          .status;
      for (const [kind, token] of Object.entries(tokens)) {
        const forms = ['', 'token', 'build@contoso.example'].map((user) => basic(user, token));
        for (const authorization of [`Bearer ${token}`, ...forms]) {
          const status = await statusOf(authorization);
          if (kind === 'good') {
            assert.equal(status, 200, authorization.slice(0, 12));
          } else assert.ok(status >= 300 && status < 500, `${kind}: ${status}`);
        }
      }
      const status = await statusOf('');
      assert.ok(status === 302 || status === 401, String(status));
    });
  }
});

function packageFolder(recipe: string): string {
  return join(cacheFolder, 'recipes', recipe);
}

function commandFolder(recipe: string): string {
  return join(packageFolder(recipe), 'node_modules', '.bin');
}

/** Installs what npm has; returns why a recipe cannot be run, if it cannot. */
/** The machine with what a recipe needs: commands of PyPI come with the settings that lead them to the world. */
async function furnish(
  machine: RecipeMachine,
  { proxy, caFile }: World,
  { python, environment }: Recipe,
): Promise<RecipeMachine> {
  const additions = { ...machine.additions, ...environment?.(machine.home) };
  if (python === undefined) return { ...machine, additions };
  const PATH = [await requirePython(python), additions['PATH']].join(delimiter);
  return {
    ...machine,
    additions: { ...additions, PATH, HTTPS_PROXY: proxy.url, REQUESTS_CA_BUNDLE: caFile },
  };
}

async function prepare(
  { name, needs = [], packages, commands, python }: Recipe,
  { environment }: RecipeMachine,
): Promise<string | undefined> {
  if (python !== undefined) {
    try {
      await requirePython(python);
    } catch (error) {
      return String(error).split('\n', 1)[0];
    }
  }
  const dependencies = { ...packages, ...commands };
  if (Object.keys(dependencies).length > 0) {
    try {
      await installPackages(packageFolder(name), { dependencies });
    } catch (error) {
      return (error as Error).message;
    }
  }
  return needs.flatMap((probe) => explainMissing(probe, environment) ?? [])[0];
}

/** The pipelines that a page shows, without its fragments. */
function readBlocks(page: string): string[] {
  const text = readFileSync(join(repository, page), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)]
    .map(([, block = '']) => block)
    .filter((block) => /^(steps|jobs|stages|extends|pool|trigger|variables):/.test(block));
}

/** The service connections by the names that README.md gives them. */
async function addNamedConnections(world: World): Promise<void> {
  const known = new Set(world.connections.map(({ name }) => name));
  for (const [name, type] of [
    ['my-service-connection', 'AzureRM'],
    ['my-azure-devops-connection', 'WorkloadIdentityUser'],
  ] as const) {
    if (!known.has(name)) await world.addConnection({ name, type });
  }
}

function basic(user: string, token: string): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}

function listsProjects(credential: string): (run: RecipeRun) => void {
  return ({ log, requests }) => {
    assert.match(log, /"name":"Widgets"/);
    assert.deepEqual(credentialsOf(requests), [credential]);
  };
}

/** How the requests were authorized: scheme and, for Basic, the user name; each once, in order. */
function credentialsOf(requests: RecipeRun['requests']): (string | undefined)[] {
  const all = requests.map(({ headers }) => {
    const [scheme, value = ''] = (headers['authorization'] ?? '').split(' ');
    if (!scheme) return undefined;
    if (scheme.toLowerCase() !== 'basic') return scheme;
    const pair = Buffer.from(value, 'base64').toString();
    return `Basic ${pair.slice(0, pair.indexOf(':'))}`;
  });
  return [...new Set(all)];
}
