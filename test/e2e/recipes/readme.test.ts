import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalMachine, type LocalMachine } from '../../local/local-machine.ts';
import { repository } from '../../local/repository.ts';
import { runPipeline } from '../../local/run-pipeline.ts';
import { startWorld, type World } from '../../local/world.ts';
import { applyDifference } from '../support/documentation.ts';
import { explainMissing } from '../../local/recipes/find-tool.ts';
import { tools } from '../../local/recipes/tools.ts';
import { runPipelineFile } from '../support/run-recipe.ts';
import { vsix } from '../support/run-task.ts';

const callsAzureDevOps = (pipeline: string): boolean => pipeline.includes('_apis/');
const isForPowerShell = (pipeline: string): boolean => /^ *- pwsh:/m.test(pipeline);

describe('The pipelines of the first pages', function () {
  this.timeout(120_000);
  // Their scripts are for bash, as Linux and macOS have it.
  if (process.platform === 'win32') return;
  let world: World;
  /** The same, where the identities are no members of any organization. */
  let stranger: World;
  let machine: LocalMachine;
  let folder: string;
  before(async () => {
    world = await startWorld();
    stranger = await startWorld();
    machine = await createLocalMachine();
    for (const each of [world, stranger]) await addNamedConnections(each);
    for (const { name } of stranger.connections) {
      stranger.azureDevOps.setAccess(name, undefined, 'contoso');
    }
    folder = await mkdtemp(join(tmpdir(), 'readme-'));
  });
  after(async () => {
    await world.close();
    await stranger.close();
    await machine.close();
    await rm(folder, { recursive: true });
  });

  const pipelines = readPipelines('README.md');

  it('are those of the first five minutes, and more', () => {
    assert.ok(pipelines.length >= 7, String(pipelines.length));
    assert.equal(pipelines.filter(callsAzureDevOps).length, 6);
  });

  const all = [
    ...pipelines.map((pipeline, index) => ({ pipeline, place: `${index + 1} of README.md` })),
    ...readPipelines('docs/sign-in.md').map((pipeline, index) => ({
      pipeline,
      place: `${index + 1} of docs/sign-in.md`,
    })),
  ];
  for (const [index, { pipeline, place }] of all.entries()) {
    const name = `the pipeline ${place}`;
    const write = async (): Promise<string> => {
      const path = join(folder, `shown-${index + 1}.yml`);
      await writeFile(path, pipeline);
      return path;
    };
    const skipWithoutShell = (context: Mocha.Context): void => {
      if (!isForPowerShell(pipeline)) return;
      const missing = explainMissing(tools.powershell, machine.environment);
      if (missing === undefined) return;
      if (context.test) context.test.title += ` (not run: ${missing})`;
      context.skip();
    };

    it(`${name} is green`, async function () {
      skipWithoutShell(this);
      await runPipelineFile(await write(), world, machine);
    });

    if (!callsAzureDevOps(pipeline)) continue;
    it(`${name} is red when Azure DevOps does not know the identity`, async function () {
      skipWithoutShell(this);
      const path = await write();
      const run = { vsix: [vsix], world: stranger, machine: machine.additions };
      const { result, jobs } = await runPipeline(path, run);
      const log = jobs.flatMap(({ verdict }) => verdict?.maskedLog ?? []).join('\n');
      assert.equal(result, 'Failed', log);
      // By what follows the task, which did its part.
      assert.match(log, /Set the secret variable|Signed in for/);
    });
  }
});

/** All YAML that a page shows: pipelines, and of a difference what comes after it. */
function readPipelines(page: string): string[] {
  const text = readFileSync(join(repository, page), 'utf8');
  return [...text.matchAll(/^ *```(ya?ml|diff)\n(.*?)^ *```$/gms)].map(
    ([, language, block = '']) => (language === 'diff' ? applyDifference(block) : block),
  );
}

/** The service connections by the names that README.md gives them. */
async function addNamedConnections(world: World): Promise<void> {
  const known = new Set(world.connections.map(({ name }) => name));
  for (const [name, type] of [
    ['my-service-connection', 'AzureRM'],
    ['my-azure-devops-connection', 'WorkloadIdentityUser'],
  ] as const) {
    if (!known.has(name)) await world.addConnection({ name, type });
  }
}
