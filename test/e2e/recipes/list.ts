import assert from 'node:assert/strict';
import { join } from 'node:path';
import { gitRepositories } from '../../local/services/hosted-services.ts';
import { type Probe } from '../support/find-tool.ts';
import { type RecipeRun } from '../support/run-recipe.ts';
import type { Recipe } from './recipe.ts';
import { credentialsOf } from './credentials.ts';

const curl: Probe = { command: ['curl', '--version'] };
const git: Probe = { command: ['git', '--version'], atLeast: [2, 31] };

/** Every recipe, in the order of the tables. */
export const recipes: readonly Recipe[] = [
  { name: 'rest', needs: [curl], check: listsProjects('Bearer') },
  { name: 'az-script', needs: [curl], check: listsProjects('Bearer') },
  { name: 'az-script-powershell', notRun: 'the local agent has no PowerShell' },
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

/** A check that the projects were listed with a kind of credential. */
export function listsProjects(credential: string): (run: RecipeRun) => void {
  return ({ log, requests }) => {
    assert.match(log, /"name":"Widgets"/);
    assert.deepEqual(credentialsOf(requests), [credential]);
  };
}
