import { delimiter, dirname, join } from 'node:path';
import { requireGoTool } from '../go-programs.ts';
import type { LocalMachine } from '../local-machine.ts';
import { requireMavenRepository } from '../maven-repository.ts';
import { installPackages } from '../npm-install.ts';
import { requirePython } from '../python-packages.ts';
import { cacheFolder } from '../repository.ts';
import { explainMissing } from './find-tool.ts';
import type { Recipe } from './recipe.ts';

/** The services that commands are led to. */
interface Services {
  readonly proxy: { readonly url: string };
  readonly caFile: string;
}

/** Where the npm packages of a recipe are installed. */
export function packageFolder({ name }: Recipe): string {
  return join(cacheFolder, 'recipes', name);
}

/** The folder with what `npm ci` would have installed into the recipe's repository; undefined for one without packages. */
export function installedPackages(recipe: Recipe): string | undefined {
  return recipe.packages === undefined ? undefined : packageFolder(recipe);
}

/** Where the commands of a recipe's npm packages are. */
export function commandFolders(recipes: readonly Recipe[]): string[] {
  return recipes
    .filter(({ commands }) => commands !== undefined)
    .map((recipe) => join(packageFolder(recipe), 'node_modules', '.bin'));
}

/** The machine with what a recipe needs: commands of PyPI come with the settings that lead them to the services. */
export async function furnish(
  machine: LocalMachine,
  { proxy, caFile }: Services,
  { python, go = [], environment }: Recipe,
): Promise<LocalMachine> {
  const programs = await Promise.all(go.map(async (tool) => requireGoTool(tool)));
  const path = [...programs.map((program) => dirname(program)), machine.additions['PATH']];
  const additions = {
    ...machine.additions,
    PATH: path.join(delimiter),
    ...environment?.(machine.home),
  };
  if (python === undefined) return { ...machine, additions };
  const PATH = [await requirePython(python), additions['PATH']].join(delimiter);
  return {
    ...machine,
    additions: { ...additions, PATH, HTTPS_PROXY: proxy.url, REQUESTS_CA_BUNDLE: caFile },
  };
}

/** Installs what registries have; returns why a recipe cannot be run, if it cannot. */
export async function prepare(
  recipe: Recipe,
  { environment }: LocalMachine,
): Promise<string | undefined> {
  const { needs = [], packages, commands, python, go = [] } = recipe;
  // First what is quick to find out.
  const missing = needs.flatMap((tool) => explainMissing(tool, environment) ?? [])[0];
  if (missing !== undefined) return missing;
  try {
    if (python !== undefined) await requirePython(python);
    if (recipe.mavenPlugins === true) await requireMavenRepository();
    for (const tool of go) await requireGoTool(tool);
    const dependencies = { ...packages, ...commands };
    if (Object.keys(dependencies).length > 0) {
      await installPackages(packageFolder(recipe), { dependencies });
    }
  } catch (error) {
    return `what it needs could not be installed: ${(error as Error).message.split('\n', 1)[0]}`;
  }
  return undefined;
}
