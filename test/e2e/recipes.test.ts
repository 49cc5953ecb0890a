import assert from 'node:assert/strict';
import { startWorld, type World } from '../local/world.ts';
import { gitRepositories } from '../local/services/hosted-services.ts';
import { explainMissing, type Probe } from './support/find-tool.ts';
import { createRecipeMachine, type RecipeMachine } from './support/recipe-machine.ts';
import { runRecipe, type RecipeRun } from './support/run-recipe.ts';

interface Recipe {
  readonly name: string;
  /** Tools that must be there. */
  readonly needs?: readonly Probe[];
  readonly check: (run: RecipeRun, world: World) => void | Promise<void>;
}

const recipes: readonly Recipe[] = [
  {
    name: 'rest',
    check: ({ log, requests }) => {
      assert.match(log, /"name":"Widgets"/);
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
    },
  },
  {
    name: 'git',
    needs: [['git', '--version']],
    check: async ({ requests, jobs }, world) => {
      const pushed = await world.hosted.git.readBranch(gitRepositories.widgets, 'build/42');
      assert.match(pushed ?? '', /^[0-9a-f]{40}$/);
      assert.deepEqual(credentialsOf(requests), ['Bearer']);
      const [job] = jobs;
      assert.ok(job?.filesLeft.some(({ content }) => content === 'Hello from the submodule\n'));
    },
  },
  {
    name: 'git-credential-helper',
    check: ({ requests }) => assert.deepEqual(credentialsOf(requests), [undefined, 'Basic token']),
  },
  {
    name: 'resources',
    check: ({ log, requests }) => {
      assert.match(log, /Hello from Storage/);
      assert.equal(requests.length, 4);
    },
  },
];

describe('The recipes of the documentation', function () {
  this.timeout(120_000);
  let world: World;
  let machine: RecipeMachine;
  before(async () => {
    world = await startWorld();
    machine = await createRecipeMachine();
  });
  after(async () => {
    await world.close();
    await machine.close();
  });

  for (const { name, needs = [], check } of recipes) {
    it(`runs ${name}.yml`, async function () {
      const [missing] = needs.flatMap((probe) => explainMissing(probe, machine.environment) ?? []);
      if (missing !== undefined) {
        console.log(`      ${name}.yml is ${missing}`);
        this.skip();
      }
      await check(await runRecipe(name, world, machine), world);
    });
  }
});

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
