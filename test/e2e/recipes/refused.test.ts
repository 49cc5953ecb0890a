import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createLocalMachine, type LocalMachine } from '../../local/local-machine.ts';
import { recipesFolder } from '../../local/recipes/find-recipe.ts';
import { recipes } from '../../local/recipes/list.ts';
import {
  commandFolders,
  furnish,
  installedPackages,
  prepare,
} from '../../local/recipes/prepare.ts';
import type { Recipe } from '../../local/recipes/recipe.ts';
import { createSources } from '../../local/recipes/sources.ts';
import { runPipeline } from '../../local/run-pipeline.ts';
import { startWorld, type World } from '../../local/world.ts';
import { isFull } from '../support/full.ts';
import { vsix } from '../support/run-task.ts';
import { explainLeftOut, timeoutOf } from './left-out.ts';

/** Their provider is stood in for, by a program that gets its token and calls no service with it. */
const stoodIn: ReadonlySet<string> = new Set(['sign-in-fabric', 'sign-in-power-platform']);

const registry: ReadonlySet<string> = new Set(['container-registry', 'sign-in-container-registry']);

/** Those that ask a vault or a storage account. */
const needsRole: ReadonlySet<string> = new Set([
  'azure-sdk',
  'resources',
  'sign-in-azure-cli',
  'sign-in-azure-sdk',
  'sign-in-terraform',
]);

/** Those that call Azure, not Azure DevOps. */
const azure: ReadonlySet<string> = new Set([
  ...stoodIn,
  ...registry,
  'azure-sdk',
  'resources',
  'sign-in-azure-sdk',
  'sign-in-terraform',
]);

/** Does much, and goes on where one thing is refused. */
const bot = 'renovate';

/** A way of refusing, and the recipes that meet it. */
interface Refusal {
  readonly title: string;
  /** Whether it takes a full run. */
  readonly isLong?: true;
  readonly meets: (name: string) => boolean;
  readonly refuse: (world: World) => void;
}

/** Good tokens of identities that are no members anywhere. */
function dismissMembers(world: World): void {
  for (const { name } of world.connections) {
    for (const organization of ['contoso', 'contoso-labs', 'fabrikam', 'marketplace']) {
      world.azureDevOps.setAccess(name, undefined, organization);
    }
  }
}

const refusals: readonly Refusal[] = [
  {
    title: 'the identity is no member, and the sign-in page comes as a redirect',
    meets: (name) => !azure.has(name),
    refuse: dismissMembers,
  },
  {
    title: 'the identity is no member, and the sign-in page comes as a page',
    meets: (name) => !azure.has(name),
    refuse: (world) => {
      dismissMembers(world);
      world.azureDevOps.gate.signIn = 'page';
    },
  },
  {
    title: 'the token has expired',
    isLong: true,
    meets: (name) => !stoodIn.has(name),
    refuse: (world) => {
      world.entra.issuesInstead = { expiresInSeconds: -60 };
    },
  },
  {
    title: 'the token is for another resource',
    isLong: true,
    meets: (name) => !stoodIn.has(name),
    refuse: (world) => {
      world.entra.issuesInstead = { resource: 'https://another.example' };
    },
  },
  {
    title: 'the identity has no role in Azure',
    isLong: true,
    meets: (name) => needsRole.has(name),
    refuse: ({ resources, blobStorage }) => {
      resources.grants = false;
      blobStorage.grants = false;
    },
  },
  {
    title: 'the identity has no role at the registry',
    meets: (name) => registry.has(name),
    refuse: (world) => {
      world.containerRegistry.grants = false;
    },
  },
  {
    title: 'Entra refuses the provider',
    meets: (name) => stoodIn.has(name),
    refuse: (world) => {
      // The step proves the sign-in with one exchange; the next one is the provider's.
      world.faults.next({
        service: 'entra',
        path: '/token',
        skip: 1,
        fault: { kind: 'answer', status: 401, body: '{"error":"invalid_client"}' },
      });
    },
  },
  {
    title: 'the identity may not push',
    meets: (name) => name === bot,
    refuse: (world) => refuseFromNowOn(world, 403, 'service=git-receive-pack'),
  },
  {
    title: 'the identity may not open a pull request',
    meets: (name) => name === bot,
    refuse: (world) => refuseFromNowOn(world, 403, '/pullRequests', 'POST'),
  },
  {
    title: 'the feed does not know the token',
    meets: (name) => name === bot,
    refuse: (world) => refuseFromNowOn(world, 401, '/_packaging/'),
  },
  {
    title: 'the token expires after the clone',
    meets: (name) => name === bot,
    // A clone asks for the references once, and so does the look before the first fetch.
    refuse: (world) => refuseFromNowOn(world, 401, '/_git/widgets/info/refs', 'GET', 2),
  },
];

/** Lets what the gate let in be refused further behind. */
function refuseFromNowOn(
  { faults }: World,
  status: number,
  path: string,
  method = 'GET',
  skip = 0,
): void {
  const body = JSON.stringify({ message: 'TF401027: You need a permission.' });
  faults.start({ path, method, skip, fault: { kind: 'answer', status, body } });
}

/** How tools say that they were refused. */
const reason =
  /\bE?(?:401|302|203|403)\b|could not read (?:Username|Password)|TF400813|Unauthorized|Authentication failed|not authorized|could not authenticate|ExpiredAuthenticationToken|InvalidAuthenticationTokenAudience|Failed to look up/i;

describe('A recipe that is refused', function () {
  this.timeout(120_000);
  if (process.platform === 'win32') return;
  let machine: LocalMachine;
  before(async () => {
    machine = await createLocalMachine(commandFolders(recipes));
  });
  after(async () => machine.close());

  const missing = new Map<Recipe, Promise<string | undefined>>();
  /** Whether the machine has what a recipe needs, found out once. */
  async function isReady(recipe: Recipe): Promise<boolean> {
    const found = missing.get(recipe) ?? prepare(recipe, machine);
    missing.set(recipe, found);
    return (await found) === undefined;
  }

  /** How a recipe ended, and its log. */
  async function run(recipe: Recipe, world: World): Promise<{ result: string; log: string }> {
    const path = join(recipesFolder, `${recipe.name}.yml`);
    const sources = await createSources(path, installedPackages(recipe));
    try {
      const { result, jobs } = await runPipeline(path, {
        vsix: [vsix],
        world,
        machine: (await furnish(machine, world, recipe)).additions,
        sources: sources.folder,
      });
      return { result, log: jobs.flatMap(({ verdict }) => verdict?.maskedLog ?? []).join('\n') };
    } finally {
      await sources.remove();
    }
  }

  for (const { title, isLong = false, meets, refuse } of refusals) {
    if (isLong && !isFull) continue;
    describe(`because ${title}`, () => {
      let world: World;
      before(async () => {
        world = await startWorld();
      });
      beforeEach(() => refuse(world));
      after(async () => world.close());

      for (const recipe of recipes) {
        const { name, notRun } = recipe;
        if (notRun !== undefined || !meets(name)) continue;
        const leftOut = explainLeftOut(recipe);
        const remark = leftOut === undefined ? '' : ` (${leftOut})`;
        it(`${name}.yml is red, and its log says why${remark}`, async function () {
          this.timeout(timeoutOf(recipe));
          if (leftOut !== undefined || !(await isReady(recipe))) this.skip();
          const { result, log } = await run(recipe, world);
          assert.equal(result, 'Failed', log);
          // By what came of the call, not by something else.
          assert.match(
            log,
            /Set the secret variable|Signed in for|^git clone |az login --identity ended/m,
          );
          assert.match(log, reason, log);
        });
      }
    });
  }
});
