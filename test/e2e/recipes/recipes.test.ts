import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repository } from '../../local/repository.ts';
import { runPipeline } from '../../local/run-pipeline.ts';
import { startWorld, type World } from '../../local/world.ts';
import { createLocalMachine, type LocalMachine } from '../../local/local-machine.ts';
import { runPipelineFile, runRecipe } from '../support/run-recipe.ts';
import { vsix } from '../support/run-task.ts';
import { recipesFolder } from '../../local/recipes/find-recipe.ts';
import { explainMissing } from '../../local/recipes/find-tool.ts';
import { recipes } from '../../local/recipes/list.ts';
import { tools } from '../../local/recipes/tools.ts';
import { commandFolders } from '../../local/recipes/prepare.ts';
import { checks, listsProjects } from './checks.ts';
import { explainLeftOut, timeoutOf } from './left-out.ts';
import { tryRecipe } from './try-recipe.ts';

describe('The recipes of the documentation', function () {
  this.timeout(120_000);
  // Their scripts are for bash, as Linux and macOS have it.
  if (process.platform === 'win32') return;
  let world: World;
  let machine: LocalMachine;
  before(async () => {
    world = await startWorld();
    machine = await createLocalMachine(commandFolders(recipes));
  });
  after(async () => {
    await world.close();
    await machine.close();
  });

  it('are all in this test', () => {
    const files = readdirSync(recipesFolder).filter((file) => file.endsWith('.yml'));
    assert.deepEqual(recipes.map(({ name }) => `${name}.yml`).toSorted(), files.toSorted());
    const checked = recipes.filter(({ notRun }) => notRun === undefined).map(({ name }) => name);
    assert.deepEqual(Object.keys(checks).toSorted(), checked.toSorted());
  });

  for (const recipe of recipes) {
    const { name, note } = recipe;
    const leftOut = explainLeftOut(recipe);
    const remark = leftOut ?? note;
    it(`${name}.yml${remark === undefined ? '' : ` (${remark})`}`, async function () {
      this.timeout(timeoutOf(recipe));
      if (leftOut !== undefined) this.skip();
      const missing = await tryRecipe(recipe, world, machine);
      if (missing === undefined) return;
      console.log(`      ${name}.yml was not run: ${missing}`);
      this.skip();
    });
  }

  it('sign-in-terraform.yml with the Terraform of the machine', async function () {
    const path = process.env['PATH'] ?? '';
    const missing = explainMissing(tools.terraform, { PATH: path });
    if (missing !== undefined) {
      console.log(`      it was not run: ${missing}`);
      this.skip();
    }
    const folder = path.split(delimiter).find((each) => existsSync(join(each, 'terraform'))) ?? '';
    // Before what stands in for it, and where no state is yet.
    const own = await createLocalMachine([folder]);
    const empty = await startWorld();
    try {
      await checks['sign-in-terraform']?.(await runRecipe('sign-in-terraform', empty, own), empty);
    } finally {
      await empty.close();
      await own.close();
    }
  });

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
