import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../../local/repository.ts';
import { startWorld, type World } from '../../local/world.ts';
import { createLocalMachine, type LocalMachine } from '../../local/local-machine.ts';
import { runPipelineFile } from '../support/run-recipe.ts';

describe('The pipelines of README.md', function () {
  this.timeout(120_000);
  // Their scripts are for bash, as Linux and macOS have it.
  if (process.platform === 'win32') return;
  let world: World;
  let machine: LocalMachine;
  before(async () => {
    world = await startWorld();
    machine = await createLocalMachine();
  });
  after(async () => {
    await world.close();
    await machine.close();
  });

  for (const [index, block] of readBlocks('README.md').entries()) {
    it(`the pipeline ${index + 1} of README.md`, async () => {
      await addNamedConnections(world);
      const folder = await mkdtemp(join(tmpdir(), 'readme-'));
      const path = join(folder, `readme-${index + 1}.yml`);
      await writeFile(path, block);
      await runPipelineFile(path, world, machine);
      await rm(folder, { recursive: true });
    });
  }
});

/** The pipelines that a page shows, without its fragments. */
function readBlocks(page: string): string[] {
  const text = readFileSync(join(repository, page), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)]
    .map(([, block = '']) => block)
    .filter((block) => /^(steps|jobs|stages|extends|pool|trigger|variables):/.test(block));
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
