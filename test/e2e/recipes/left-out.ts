import type { Recipe } from '../../local/recipes/recipe.ts';
import { isFull } from '../support/full.ts';

/** Why this run of the tests leaves a recipe out; undefined for one that it runs. */
export function explainLeftOut({ notRun, isLong }: Recipe): string | undefined {
  if (notRun !== undefined) return `not run here: ${notRun}`;
  return isLong === true && !isFull ? 'takes long: only in the full run' : undefined;
}

/** How long one recipe may take, in milliseconds, with what has to be installed for it. */
export function timeoutOf({ isLong }: Recipe): number {
  return isLong === true ? 1_200_000 : 120_000;
}
