import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalMachine, type LocalMachine } from '../../local/local-machine.ts';
import { packageLocally } from '../../local/local-package.ts';
import { readVersion } from '../../local/recipes/find-tool.ts';
import { recipesFolder } from '../../local/recipes/find-recipe.ts';
import { listVersions } from '../../local/recipes/list-versions.ts';
import { recipes } from '../../local/recipes/list.ts';
import { commandFolders } from '../../local/recipes/prepare.ts';
import { tools } from '../../local/recipes/tools.ts';
import { startWorld } from '../../local/world.ts';
import { tryRecipe } from './try-recipe.ts';

/** The page with the tables of recipes, whose last column says what each was last run with. */
const pageFile = join(recipesFolder, 'README.md');

/** Runs every recipe and resolves to what each was run with; rejects when one fails. */
async function runAll(machine: LocalMachine): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  const world = await startWorld();
  try {
    for (const recipe of recipes) {
      const missing = await tryRecipe(recipe, world, machine);
      const found = listVersions(recipe, (tool) => readVersion(tool, machine.environment) ?? '');
      versions.set(recipe.name, missing === undefined ? found.join(', ') : 'not run');
      console.log(`${recipe.name}: ${missing ?? found.join(', ')}`);
    }
  } finally {
    await world.close();
  }
  return versions;
}

/** The page with the last cell of each recipe's row, and what is said of the run, made anew. */
function renew(page: string, versions: ReadonlyMap<string, string>, node: string): string {
  const date = new Date().toISOString().slice(0, 10);
  return page
    .replace(/^The last full run: .*$/m, `The last full run: ${date}, ${node}.`)
    .replaceAll(
      /^(\|.*\[([\w-]+)\.yml\].*\|)[^|]*\|$/gm,
      (_row, before: string, name: string) => `${before} ${versions.get(name) ?? ''} |`,
    );
}

const machine = await createLocalMachine(commandFolders(recipes));
try {
  await packageLocally();
  const versions = await runAll(machine);
  const systems: Readonly<Record<string, string>> = { darwin: 'macOS', linux: 'Linux' };
  const system = systems[process.platform] ?? process.platform;
  const node = `on ${system} with Node.js ${readVersion(tools.node, machine.environment) ?? ''}`;
  await writeFile(pageFile, renew(await readFile(pageFile, 'utf8'), versions, node));
} finally {
  await machine.close();
}
