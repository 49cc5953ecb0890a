import assert from 'node:assert/strict';
import { join } from 'node:path';
import { bundlePart } from '../../.ci/package/bundle.ts';
import { findTasks } from '../../.ci/package/tasks.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const task = findTasks(root).find(({ folder }) => folder.endsWith('EntraTokenV1'));

/** The sources in the bundle of a part of EntraToken. */
async function readSources(bundle: string): Promise<readonly string[]> {
  const part = task?.parts.find((each) => each.bundle === bundle);
  assert.ok(part, bundle);
  const outfile = join(root, '.cache', 'package-tests', 'lazy-loading', bundle);
  return Object.keys((await bundlePart(root, part.entryPoint, outfile)).inputs);
}

describe('what EntraToken loads', () => {
  const parts = new Map<string, readonly string[]>();
  before(async () => {
    for (const bundle of ['main.cjs', 'entra-library.cjs', 'azure-devops-library.cjs']) {
      parts.set(bundle, await readSources(bundle));
    }
  });
  const isIn = (bundle: string, part: string): boolean =>
    parts.get(bundle)?.some((path) => path.includes(part)) ?? assert.fail(bundle);

  for (const part of ['src/run.ts', 'node_modules/azure-pipelines-task-lib/task.js']) {
    it(`at its start holds ${part}`, () => assert.ok(isIn('main.cjs', part)));
  }

  for (const [vendor, library] of [
    ['azure-devops-node-api', 'azure-devops-library.cjs'],
    ['typed-rest-client', 'azure-devops-library.cjs'],
    ['@azure/identity', 'entra-library.cjs'],
    ['@azure/msal-node', 'entra-library.cjs'],
  ] as const) {
    it(`at its start holds nothing of ${vendor}, which is in ${library}`, () => {
      const folder = `node_modules/${vendor}/`;
      assert.ok(isIn(library, folder));
      assert.ok(!isIn('main.cjs', folder));
    });
  }
});
