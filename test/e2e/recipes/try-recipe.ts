import type { LocalMachine } from '../../local/local-machine.ts';
import { furnish, prepare } from '../../local/recipes/prepare.ts';
import type { Recipe } from '../../local/recipes/recipe.ts';
import type { World } from '../../local/world.ts';
import { runRecipe } from '../support/run-recipe.ts';
import { checks } from './checks.ts';

/** Runs a recipe and checks what it did. Resolves to why it was not run, when it was not. */
export async function tryRecipe(
  recipe: Recipe,
  world: World,
  machine: LocalMachine,
): Promise<string | undefined> {
  const { name, notRun } = recipe;
  const missing = notRun ?? (await prepare(recipe, machine));
  if (missing !== undefined) return missing;
  const run = await runRecipe(name, world, await furnish(machine, world, recipe));
  await checks[name]?.(run, world);
  return undefined;
}
