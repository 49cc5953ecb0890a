import assert from 'node:assert/strict';
import { gitRepositories } from '../../local/services/hosted-services.ts';
import type { World } from '../../local/world.ts';
import { type RecipeRun } from '../support/run-recipe.ts';
import { credentialsOf } from './credentials.ts';

/** What a recipe must have done, beside being green and leaving no trace of a token. */
export type RecipeCheck = (run: RecipeRun, world: World) => void | Promise<void>;

/** By the name of the recipe. */
export const checks: Readonly<Record<string, RecipeCheck>> = {
  rest: listsProjects('Bearer'),
  'az-script': listsProjects('Bearer'),
  'azure-cli': listsProjects('Basic '),
  node: ({ log, requests }) => {
    assert.equal(log.match(/^Project Widgets$/gm)?.length, 2, log);
    assert.deepEqual(credentialsOf(requests), ['Bearer']);
  },
  python: ({ log, requests }) => {
    assert.equal(log.match(/^Project Widgets$/gm)?.length, 2, log);
    assert.deepEqual(credentialsOf(requests), ['Bearer']);
  },
  'python-azure-devops': ({ log, requests }) => {
    assert.match(log, /^Project Widgets$/m);
    assert.deepEqual(credentialsOf(requests), ['Bearer']);
  },
  'az-script-powershell': namesProjects,
  powershell: namesProjects,
  'windows-powershell': namesProjects,
  'work-item': ({ log }, world) => {
    assert.match(log, /^Created the work item \d+$/m);
    assert.deepEqual(world.hosted.projects.workItems.at(-1)?.['fields'], {
      'System.WorkItemType': 'Task',
      'System.Title': 'Look at the build "42"',
      'System.AreaPath': 'Widgets',
    });
  },
  'wiki-page': ({ log }, world) => {
    assert.match(log, /^Wrote \/Releases$/m);
    const page = world.hosted.projects.wikiPages.get('/Releases');
    assert.deepEqual(page, { content: '# Releases\n- 42\n', version: 2 });
  },
  'pull-request-comment': ({ log }, world) => {
    assert.match(log, /^Started the thread 1$/m);
    assert.deepEqual(world.hosted.gitApi.comments, [{ pullRequest: 7, text: 'Built as 42.' }]);
  },
  'queue-run': ({ log }, world) => {
    assert.match(log, /^Queued the run 101: https:\/\/dev\.azure\.com\/contoso\/Widgets\//m);
    assert.deepEqual(world.hosted.projects.runs, [
      { pipeline: 12, branch: 'refs/heads/main', parameters: { environment: 'test' } },
    ]);
  },
  renovate: async ({ requests }, world) => {
    const { git, gitApi } = world.hosted;
    const branch = 'renovate/contoso-greeting-1.x';
    const pushed = await git.readFile(gitRepositories.widgets, branch, 'package.json');
    assert.match(pushed, /"@contoso\/greeting": "1\.0\.0"/);
    const { title, source, target } = gitApi.pullRequests.at(-1) ?? {};
    assert.deepEqual(
      { title, source, target },
      {
        title: 'Update dependency @contoso/greeting to v1',
        source: `refs/heads/${branch}`,
        target: 'refs/heads/main',
      },
    );
    // Of git, of the REST API and of the feed, and no host was asked without one.
    assert.deepEqual(credentialsOf(requests), ['Bearer']);
  },
  git: async ({ requests, jobs }, world) => {
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
  'git-credential-helper': ({ requests }) =>
    assert.deepEqual(credentialsOf(requests), [undefined, 'Basic token']),
  'git-lfs': (run, world) => {
    movesLargeFile(run, world);
    assert.deepEqual(credentialsOf(run.requests), ['Bearer']);
  },
  'sign-in-git-lfs': (run, world) => {
    movesLargeFile(run, world);
    assert.deepEqual(credentialsOf(run.requests), [undefined, 'Basic EntraToken']);
  },
  'checkout-organizations': ({ log, requests }) => {
    assert.match(log, /^Hello from the submodule$/m);
    assert.deepEqual(credentialsOf(requests), ['Basic WorkloadIdentityFederation']);
  },
  'connection-token': ({ log, requests }) => {
    assert.match(log, /^Hello from the submodule$/m);
    assert.deepEqual(credentialsOf(requests), ['Bearer', 'Basic Token']);
  },
  npm: ({ log, requests }) => {
    assert.match(log, /^\+ @contoso\/widgets@1\.0\.0$/m);
    assert.ok(requests.some(({ path }) => path.endsWith('/greeting-1.0.0.tgz')));
    assert.ok(requests.some(({ method, status }) => method === 'PUT' && status === 201));
    assert.deepEqual(credentialsOf(requests), ['Bearer']);
  },
  pip: ({ log, requests }) => {
    assert.match(log, /^Hello from the feed$/m);
    assert.deepEqual(credentialsOf(requests), ['Basic token']);
  },
  twine: ({ requests }) => {
    const [upload, ...others] = requests;
    assert.equal(others.length, 0);
    assert.match(upload?.body ?? '', /name=":action"\r\n\r\nfile_upload/);
    assert.match(upload?.body ?? '', /filename="contoso_widgets-1\.0\.0-py3-none-any\.whl"/);
    assert.deepEqual(credentialsOf(requests), ['Basic token']);
  },
  maven: ({ log, requests }) => {
    assert.match(log, /BUILD SUCCESS/);
    const paths = requests.filter(({ status }) => status === 200).map(({ path }) => path);
    const files = ['/parent-1.0.0.pom', '/versions-1.0.0.pom', '/greeting-1.0.0.jar'];
    for (const file of [...files, '/maven-jar-plugin-2.4.jar']) {
      assert.ok(paths.some((path) => path.endsWith(file)));
    }
    // Maven asks without a credential first.
    assert.deepEqual(credentialsOf(requests), [undefined, 'Basic token']);
  },
  gradle: ({ requests, jobs }) => {
    const library = requests.find(({ path }) => path.endsWith('/greeting-1.0.0.jar'));
    assert.ok(library, 'The library was fetched.');
    // Gradle asks without a credential first.
    assert.deepEqual(credentialsOf(requests), [undefined, 'Basic token']);
    assert.ok(jobs[0]?.filesLeft.some(({ path }) => path.endsWith('greeting-1.0.0.jar')));
  },
  nuget: ({ requests }) => assert.deepEqual(credentialsOf(requests), ['Basic token']),
  cargo: ({ log, requests }) => {
    assert.match(log, /Downloaded contoso-greeting v1\.0\.0/);
    // Cargo asks without a credential first, and learns from config.json that it needs one.
    assert.deepEqual(credentialsOf(requests), [undefined, 'Bearer']);
  },
  tfx: ({ requests }, world) => {
    assert.equal(world.hosted.marketplace.published.get('contoso.widgets')?.version, '1.0.0');
    assert.deepEqual(credentialsOf(requests), [undefined, 'Basic OAuth']);
  },
  vsce: ({ requests }, world) => {
    assert.equal(world.hosted.marketplace.published.get('contoso.widgets-code')?.version, '1.0.0');
    assert.deepEqual(credentialsOf(requests), ['Basic OAuth']);
  },
  resources: ({ log, requests }) => {
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
  'container-registry': ({ log }) => assert.match(log, /^Login Succeeded$/m),
  'sign-in-container-registry': ({ log }, world) => {
    assert.match(log, /^Hello from the image$/m);
    assert.ok(world.containerRegistry.manifests.has('contoso.azurecr.io/widgets:42'));
  },
  'azure-sdk': ({ log }) => assert.match(log, /^Read the secret greeting$/m),
  'sign-in': ({ log, requests }) => {
    // Of three generations none was there from the beginning to the end.
    assert.match(
      log,
      /Signed out\. The job stayed signed in for 4\d s: 2\d assertions, [4-9] access tokens, 0 failures\./,
    );
    assert.ok(requests.some(({ path }) => path.endsWith('/git-upload-pack')));
    assert.deepEqual(credentialsOf(requests), [undefined, 'Basic EntraToken', 'Bearer']);
  },
  'sign-in-git': async ({ requests, jobs }, world) => {
    const pushed = await world.hosted.git.readBranch(gitRepositories.widgets, 'release/42');
    assert.match(pushed ?? '', /^[0-9a-f]{40}$/);
    assert.deepEqual(credentialsOf(requests), [undefined, 'Basic EntraToken']);
    assert.ok(
      jobs[0]?.filesLeft.some(({ path, content }) => {
        return path.endsWith('gadget.txt') && content === 'Hello from the submodule\n';
      }),
    );
  },
  'sign-in-azure-sdk': ({ log }) => assert.match(log, /^Read the secret greeting$/m),
  'sign-in-azure-cli': ({ log }) => assert.match(log, /^"greeting"\n1$/m),
  'sign-in-terraform': ({ log }, { blobStorage }) => {
    assert.match(log, /^Apply complete! Resources: 1 added, 0 changed, 0 destroyed\.$/m);
    const state = blobStorage.read('contoso/tfstate/widgets.tfstate');
    assert.match(state?.text ?? '', /"type": ?"terraform_data"/);
    assert.equal(state?.isLeased, false);
  },
  'sign-in-fabric': ({ log }, world) => getsTokenFor('api.fabric.microsoft.com', log, world),
  'sign-in-power-platform': ({ log }, world) => getsTokenFor('api.powerplatform.com', log, world),
  'sign-in-python': ({ log, requests }) => {
    assert.match(log, /^Hello from the feed$/m);
    assert.ok(requests.some(({ body }) => body.includes('contoso_widgets-1.0.0')));
    assert.deepEqual(credentialsOf(requests), ['Basic EntraToken']);
  },
  'sign-in-cargo': ({ log, requests }) => {
    assert.match(log, /Downloaded contoso-greeting v1\.0\.0/);
    assert.deepEqual(credentialsOf(requests), [undefined, 'Bearer']);
  },
  'several-jobs': ({ jobs }) => {
    const tokens = jobs.map(({ variables }) => variables.get('EntraToken')?.value);
    assert.equal(new Set(tokens).size, 2);
  },
  'output-variable': ({ jobs, requests }) => {
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
  'long-job': ({ requests }) => {
    const headers = requests.map(({ headers }) => headers['authorization']);
    assert.equal(new Set(headers).size, 2, 'the second part has a token of its own');
  },
  'two-connections': ({ log, requests }) => {
    const [reader, publisher] = /Reader (\S+), publisher (\S+)$/m.exec(log)?.slice(1) ?? [];
    assert.ok(reader && publisher && reader !== publisher);
    assert.equal(new Set(requests.map(({ headers }) => headers['authorization'])).size, 2);
  },
  'container-job': listsProjects('Bearer'),
  extends: ({ log, jobs, requests }) => {
    assert.match(log, /^Building without a token$/m);
    assert.match(log, /^This step has no token$/m);
    assert.deepEqual(credentialsOf(requests), ['Bearer']);
    assert.equal(jobs[0]?.variables.has('EntraToken'), false);
  },
};

/** A check that the projects were listed with a kind of credential. */
export function listsProjects(credential: string): (run: RecipeRun) => void {
  return ({ log, requests }) => {
    assert.match(log, /"name":"Widgets"/);
    assert.deepEqual(credentialsOf(requests), [credential]);
  };
}

/** A check that a script named the projects. */
function namesProjects({ log, requests }: RecipeRun): void {
  assert.match(log, /^Project Widgets$/m);
  assert.deepEqual(credentialsOf(requests), ['Bearer']);
}

/** A check that a large file went to the store and came back. */
function movesLargeFile({ requests }: RecipeRun, world: World): void {
  const object = /\/info\/lfs\/objects\/[0-9a-f]{64}$/;
  // A helper is asked only after a refusal.
  const done = requests.filter(({ path, status }) => object.test(path) && status === 200);
  assert.deepEqual(
    done.map(({ method }) => method),
    ['PUT', 'GET'],
  );
  const oid = done[0]?.path.split('/').at(-1) ?? '';
  assert.equal(world.hosted.lfs.objects.get(oid)?.length, 100_000);
}

/** A check that a provider of Terraform got a token for its API. */
function getsTokenFor(host: string, log: string, world: World): void {
  assert.match(log, /^Apply complete! The token lives \d+ s\.$/m);
  const last = world.requests.findLast(({ service }) => service === 'entra');
  assert.match(last?.body ?? '', new RegExp(encodeURIComponent(`https://${host}/.default`)));
}
