import { basename, dirname, join, resolve } from 'node:path';
import { repository } from '../repository.ts';
import { recipes } from './list.ts';
import type { Recipe } from './recipe.ts';

/** Where the recipes are. */
export const recipesFolder = join(repository, 'docs', 'recipes');

/** The recipe that a pipeline file is; undefined for any other pipeline. */
export function findRecipe(pipeline: string): Recipe | undefined {
  if (dirname(resolve(pipeline)) !== recipesFolder) return undefined;
  const name = basename(pipeline).replace(/\.yml$/, '');
  return recipes.find((recipe) => recipe.name === name);
}
