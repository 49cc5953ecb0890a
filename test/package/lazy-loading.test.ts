import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePart } from '../../.ci/package/bundle.ts';
import { findTasks } from '../../.ci/package/tasks.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, '.cache', 'package-tests', 'lazy-loading');
const task = findTasks(root).find(({ folder }) => folder.endsWith('EntraTokenV1'));

/** The sources in the bundle of a part of EntraToken. */
async function readSources(bundle: string): Promise<readonly string[]> {
  const part = task?.parts.find((each) => each.bundle === bundle);
  assert.ok(part, bundle);
  const { outputs } = await bundlePart(root, part.entryPoint, join(folder, bundle));
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  );
}

const readBundle = async (bundle: string) => readFile(join(folder, bundle), 'utf8');

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

  for (const part of [
    'dist/client/PublicClientApplication',
    'dist/client/ManagedIdentityApplication',
    'dist/client/OnBehalfOfClient',
    'dist/client/AuthorizationCodeClient',
    'dist/esm/nodeHttpClient',
  ]) {
    it(`of Entra's library holds nothing of ${part}, which no exchange of an assertion uses`, () =>
      assert.ok(!isIn('entra-library.cjs', part)));
  }

  it('has names of its own, for the traces of a fault, and of libraries short ones', async () => {
    assert.match(await readBundle('main.cjs'), /async function obtainAccessToken\(/);
    assert.doesNotMatch(await readBundle('entra-library.cjs'), /function handleMsalError\(/);
  });
});
