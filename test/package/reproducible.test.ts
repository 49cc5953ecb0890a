import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { unzipSync } from 'fflate';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { packageExtension } from '../../.ci/package/package.ts';
import { isFull } from '../e2e/support/full.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const madeHere = new Set(['out', 'dist', '.cache', '.git']);

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
}

async function read(vsix: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = unzipSync(await readFile(vsix));
  return new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]));
}

describe('the package', () => {
  it('holds the same bytes in every file when made in another folder', async function () {
    // It copies and compiles everything.
    if (!isFull) this.skip();
    this.timeout(300_000);
    const folder = await mkdtemp(join(tmpdir(), 'somewhere else '));
    try {
      await cp(root, folder, {
        recursive: true,
        filter: (source) => !madeHere.has(basename(source)) || source.includes('node_modules'),
      });
      const run = promisify(execFile);
      const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
      await run(process.execPath, [tsc, '-p', '.'], { cwd: folder });
      const program = join('out', '.ci', 'package', 'package.js');
      const { stdout } = await run(process.execPath, [program], { cwd: folder });
      const there = await read(stdout.trim());
      const here = await read(
        await packageExtension({ folder: join(root, '.cache', 'package-tests', 'again') }),
      );
      assert.deepEqual([...there.keys()], [...here.keys()]);
      for (const [name, content] of there) {
        assert.ok(here.get(name)?.equals(content), `${name} differs`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  });

  it('names in its bill of materials what is locked, with its licence, and nothing of the tools', async () => {
    const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Readonly<Record<string, LockedPackage>>;
    };
    const files = await read(
      await packageExtension({ folder: join(root, '.cache', 'package-tests', 'bill') }),
    );
    const { components } = JSON.parse(files.get('sbom.cdx.json')?.toString('utf8') ?? '') as {
      components: readonly {
        readonly name: string;
        readonly version: string;
        readonly licenses: readonly { readonly license?: { readonly id: string } }[];
      }[];
    };
    const names = components.map(({ name, version }) => `${name}@${version}`);
    assert.equal(new Set(names).size, names.length, 'Each package once.');
    for (const name of ['@azure/identity', 'azure-pipelines-task-lib', 'azure-devops-node-api']) {
      assert.ok(
        components.some((component) => component.name === name),
        name,
      );
    }
    for (const { name, version, licenses } of components) {
      // `npm audit --omit=dev` then looks at every one of them.
      const [, shipped] =
        Object.entries(packages).find(
          ([path, entry]) =>
            path.endsWith(`node_modules/${name}`) && entry.version === version && !entry.dev,
        ) ?? [];
      assert.ok(shipped, `${name}@${version} is locked, and not for development alone`);
      assert.equal(licenses[0]?.license?.id, shipped.license, name);
    }
  });
});
