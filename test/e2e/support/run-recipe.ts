import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { ProfileName } from '../../local/profiles.ts';
import type { RecordedRequest } from '../../local/contract.ts';
import type { JobVerdict } from '../../local/agent/verdict.ts';
import { readLifetimes } from '../../local/lifetimes.ts';
import { findRecipe, recipesFolder } from '../../local/recipes/find-recipe.ts';
import { installedPackages } from '../../local/recipes/prepare.ts';
import { createSources } from '../../local/recipes/sources.ts';
import { runPipeline, type PipelineVerdict } from '../../local/run-pipeline.ts';
import type { World } from '../../local/world.ts';
import { findLeftFiles } from '../../local/agent/left-files.ts';
import { watchCommandLines } from './command-lines.ts';
import { assertNoTrace, type Place } from './token-traces.ts';
import type { LocalMachine } from '../../local/local-machine.ts';
import { vsix } from './run-task.ts';

/** How a recipe is run. */
export interface RecipeOptions {
  readonly profile?: ProfileName;
}

/** What a recipe did. */
export interface RecipeRun {
  readonly verdict: PipelineVerdict;
  readonly jobs: readonly JobVerdict[];
  readonly log: string;
  /** Requests after those of the task itself. */
  readonly requests: readonly RecordedRequest[];
}

/**
 * Runs a recipe as it is in the documentation, with the repository of the same name in
 * `test/local/repositories/`, and asserts that it succeeded and that no token shows anywhere.
 */
export async function runRecipe(
  name: string,
  world: World,
  machine: LocalMachine,
  options: RecipeOptions = {},
): Promise<RecipeRun> {
  return runPipelineFile(join(recipesFolder, `${name}.yml`), world, machine, options);
}

/** The same for a pipeline that is no recipe. */
export async function runPipelineFile(
  path: string,
  world: World,
  machine: LocalMachine,
  { profile = 'yaml' }: RecipeOptions = {},
): Promise<RecipeRun> {
  const recipe = findRecipe(path);
  const sources = await createSources(path, recipe && installedPackages(recipe));
  const before = world.requests.length;
  const restore = setLifetimes(path, world);
  const watch = watchCommandLines();
  try {
    const verdict = await runPipeline(path, {
      vsix: [vsix],
      world,
      profile,
      machine: machine.additions,
      sources: sources.folder,
    });
    const jobs = verdict.jobs.flatMap((job) => job.verdict ?? []);
    const log = jobs.flatMap(({ maskedLog }) => maskedLog).join('\n');
    const requests = world.requests
      .slice(before)
      .filter(({ service, path }) => service !== 'entra' && !path.includes('/oidctoken'));
    assert.equal(verdict.result, 'Succeeded', log);
    const places = await findPlaces(jobs, requests, watch.stop(), machine.home);
    assertNoTrace(world.issued.all, places);
    return { verdict, jobs, log, requests };
  } finally {
    restore();
    watch.stop();
    await sources.remove();
  }
}

/** Sets the lifetimes that a pipeline asks for in its comment; the returned function sets them back. */
function setLifetimes(path: string, world: World): () => void {
  const { assertionLifeSeconds, tokenLifeSeconds } = readLifetimes(path);
  const federations = world.connections.map(({ name }) => world.behind(name).federation);
  const before = {
    assertions: federations.map(({ lifetimeSeconds }) => lifetimeSeconds),
    tokens: world.entra.expiresInSeconds,
  };
  for (const federation of federations) {
    federation.lifetimeSeconds = assertionLifeSeconds ?? federation.lifetimeSeconds;
  }
  world.entra.expiresInSeconds = tokenLifeSeconds ?? before.tokens;
  return () => {
    for (const [index, federation] of federations.entries()) {
      federation.lifetimeSeconds = before.assertions[index] ?? federation.lifetimeSeconds;
    }
    world.entra.expiresInSeconds = before.tokens;
  };
}

/** Everything that a run could have left a secret in. */
async function findPlaces(
  jobs: readonly JobVerdict[],
  requests: readonly RecordedRequest[],
  commandLines: ReadonlySet<string>,
  home: string,
): Promise<Place[]> {
  return [
    ...jobs.map(({ maskedLog }): Place => ['the log', maskedLog.join('\n')]),
    ...[...jobs.flatMap(({ filesLeft }) => filesLeft), ...(await findLeftFiles([home], home))].map(
      ({ path, content }): Place => [`the file ${path}`, content],
    ),
    ['an address', requests.map(({ host, path }) => host + path).join('\n')],
    ['a command line', [...commandLines].join('\n')],
  ];
}
