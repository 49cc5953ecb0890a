import { delimiter, join } from 'node:path';
import { installPackages } from '../../local/npm-install.ts';
import { requirePython } from '../../local/python-packages.ts';
import { cacheFolder } from '../../local/repository.ts';
import type { World } from '../../local/world.ts';
import { explainMissing } from '../support/find-tool.ts';
import { type LocalMachine } from '../../local/local-machine.ts';
import type { Recipe } from './recipe.ts';

/** Where the packages of a recipe are installed. */
export function packageFolder(recipe: string): string {
  return join(cacheFolder, 'recipes', recipe);
}

/** Where the commands of those packages are. */
export function commandFolder(recipe: string): string {
  return join(packageFolder(recipe), 'node_modules', '.bin');
}

/** The machine with what a recipe needs: commands of PyPI come with the settings that lead them to the world. */
export async function furnish(
  machine: LocalMachine,
  { proxy, caFile }: World,
  { python, environment }: Recipe,
): Promise<LocalMachine> {
  const additions = { ...machine.additions, ...environment?.(machine.home) };
  if (python === undefined) return { ...machine, additions };
  const PATH = [await requirePython(python), additions['PATH']].join(delimiter);
  return {
    ...machine,
    additions: { ...additions, PATH, HTTPS_PROXY: proxy.url, REQUESTS_CA_BUNDLE: caFile },
  };
}

/** Installs what registries have; returns why a recipe cannot be run, if it cannot. */
export async function prepare(
  { name, needs = [], packages, commands, python }: Recipe,
  { environment }: LocalMachine,
): Promise<string | undefined> {
  if (python !== undefined) {
    try {
      await requirePython(python);
    } catch (error) {
      return String(error).split('\n', 1)[0];
    }
  }
  const dependencies = { ...packages, ...commands };
  if (Object.keys(dependencies).length > 0) {
    try {
      await installPackages(packageFolder(name), { dependencies });
    } catch (error) {
      return (error as Error).message;
    }
  }
  return needs.flatMap((probe) => explainMissing(probe, environment) ?? [])[0];
}
