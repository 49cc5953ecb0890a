import assert from 'node:assert/strict';
import type { Metafile } from 'esbuild';
import { join } from 'node:path';
import { bundleProcess } from '../../.ci/package/bundle.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const entryPoint = 'tasks/EntraToken/EntraTokenV1/src/main.ts';

/** Every file that the bundle evaluates at its start: what is reached without a dynamic import. */
function evaluatedAtStart({ inputs }: Metafile, entry: string): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const { path: next, kind, external } of inputs[path]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true) reached.add(next);
    }
  }
  return reached;
}

describe('the bundle of EntraToken at its start', () => {
  let metafile: Metafile;
  let atStart: readonly string[];
  before(async () => {
    metafile = await bundleProcess(
      root,
      entryPoint,
      join(root, 'dist', 'lazy-loading-test', 'main.cjs'),
    );
    atStart = [...evaluatedAtStart(metafile, entryPoint)];
  });

  it('evaluates the flow and the task library', () => {
    for (const part of ['src/run.ts', 'node_modules/azure-pipelines-task-lib/task.js']) {
      assert.ok(
        atStart.some((path) => path.endsWith(part)),
        part,
      );
    }
  });

  for (const vendor of ['azure-devops-node-api', 'typed-rest-client', '@azure/identity']) {
    it(`evaluates nothing of ${vendor}, which it holds`, () => {
      const folder = `node_modules/${vendor}/`;
      assert.ok(Object.keys(metafile.inputs).some((path) => path.includes(folder)));
      assert.deepEqual(
        atStart.filter((path) => path.includes(folder)),
        [],
      );
    });
  }
});
