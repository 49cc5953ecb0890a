import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runPipeline } from '../../local/run-pipeline.ts';
import { startWorld, type World } from '../../local/world.ts';
import { createLocalMachine, type LocalMachine } from '../../local/local-machine.ts';
import { recipesFolder } from '../../local/recipes/find-recipe.ts';
import { vsix } from '../support/run-task.ts';
import { findPipelineRepository } from '../../local/pipeline-repository.ts';
import { recipes } from '../../local/recipes/list.ts';
import { commandFolders, furnish, prepare } from '../../local/recipes/prepare.ts';

/** Those that do not call Azure DevOps, and one whose client is stood in for. */
const others: ReadonlySet<string> = new Set([
  'azure-cli',
  'azure-sdk',
  'container-registry',
  'nuget',
  'resources',
  'sign-in-azure-sdk',
  'sign-in-container-registry',
  'sign-in-fabric',
  'sign-in-power-platform',
]);

/** How tools say that they were refused. */
const reason =
  /\bE?(?:401|302|203|403)\b|could not read Username|TF400813|Unauthorized|Authentication failed|not authorized|could not authenticate/i;

describe('A recipe with an identity that Azure DevOps refuses', function () {
  this.timeout(120_000);
  if (process.platform === 'win32') return;
  let world: World;
  let machine: LocalMachine;
  before(async () => {
    world = await startWorld();
    machine = await createLocalMachine(commandFolders(recipes));
    // Good tokens of identities that are no members anywhere.
    for (const { name } of world.connections) {
      for (const organization of ['contoso', 'contoso-labs', 'fabrikam', 'marketplace']) {
        world.azureDevOps.setAccess(name, undefined, organization);
      }
    }
  });
  for (const name of ['sign-in-fabric', 'sign-in-power-platform']) {
    it(`${name}.yml is red, where Entra refuses the provider`, async function () {
      const recipe = recipes.find((each) => each.name === name);
      assert.ok(recipe);
      if ((await prepare(recipe, machine)) !== undefined) this.skip();
      // The step proves the sign-in with one exchange; the next one is the provider's.
      world.faults.next({
        service: 'entra',
        path: '/token',
        skip: 1,
        fault: { kind: 'answer', status: 401, body: '{"error":"invalid_client"}' },
      });
      const { result, jobs } = await runPipeline(join(recipesFolder, `${name}.yml`), {
        vsix: [vsix],
        world,
        machine: (await furnish(machine, world, recipe)).additions,
      });
      const log = jobs.flatMap(({ verdict }) => verdict?.maskedLog ?? []).join('\n');
      assert.equal(result, 'Failed', log);
      assert.match(log, /The requested URL returned error: 401/);
    });
  }

  for (const name of ['container-registry', 'sign-in-container-registry']) {
    it(`${name}.yml is red, where the identity has no role at the registry`, async function () {
      const recipe = recipes.find((each) => each.name === name);
      assert.ok(recipe);
      if ((await prepare(recipe, machine)) !== undefined) this.skip();
      world.containerRegistry.grants = false;
      const { result, jobs } = await runPipeline(join(recipesFolder, `${name}.yml`), {
        vsix: [vsix],
        world,
        machine: (await furnish(machine, world, recipe)).additions,
      });
      const log = jobs.flatMap(({ verdict }) => verdict?.maskedLog ?? []).join('\n');
      assert.equal(result, 'Failed', log);
      assert.match(log, /The requested URL returned error: 401/);
    });
  }

  after(async () => {
    await world.close();
    await machine.close();
  });

  for (const recipe of recipes) {
    const { name, notRun, packages } = recipe;
    if (notRun !== undefined || packages !== undefined || others.has(name)) continue;
    for (const signIn of ['redirect', 'page'] as const) {
      it(`${name}.yml is red, where the sign-in page comes as a ${signIn}`, async function () {
        if ((await prepare(recipe, machine)) !== undefined) this.skip();
        world.azureDevOps.gate.signIn = signIn;
        const path = join(recipesFolder, `${name}.yml`);
        const sources = findPipelineRepository(path);
        const { result, jobs } = await runPipeline(path, {
          vsix: [vsix],
          world,
          machine: (await furnish(machine, world, recipe)).additions,
          ...(sources === undefined ? {} : { sources }),
        });
        const log = jobs.flatMap(({ verdict }) => verdict?.maskedLog ?? []).join('\n');
        assert.equal(result, 'Failed', log);
        // By what came of the call, not by something else.
        assert.match(log, /Set the secret variable|Signed in for|^git clone /m);
        assert.match(log, reason, log);
      });
    }
  }
});
