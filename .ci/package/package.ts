import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { bundlePart } from './bundle.ts';
import { listBundledPackages } from './bundled-packages.ts';
import { collectLicenses } from './licenses.ts';
import { toMarketplacePage } from '../page/marketplace-page.ts';
import { withTasks } from './contributions.ts';
import { toPreviewExtension, toPreviewTask, type Manifest } from './preview.ts';
import { makeReproducible } from './reproducible.ts';
import { toSbom, type Product } from './sbom.ts';
import { findTasks } from './tasks.ts';

/** The repository's folder; this file runs from `out/.ci/package/`. */
const root = join(import.meta.dirname, '..', '..', '..');

/** Publisher of a package that is not meant for the Marketplace. */
const localPublisher = 'local';

/** What may be chosen about a package. */
export interface PackageOptions {
  readonly publisher?: string | undefined;
  /** Folder for the `.vsix` and what it is made of; emptied first. Default: `dist/` of the repository. */
  readonly folder?: string | undefined;
  /** Whether everyone sees the extension. Default: what the manifest says, which is no. */
  readonly public?: boolean | undefined;
  /** Number of a try-out, to package it as an extension of its own beside the released one. */
  readonly preview?: number | undefined;
  /** The repository to package. Default: this one. */
  readonly repository?: string | undefined;
}

/**
 * Builds the extension's `.vsix` from nothing but the repository: the bundles of all tasks, the manifests, the images,
 * the page and the licences. Resolves to its path; throws when `tfx` has anything to complain of.
 */
export async function packageExtension(options: PackageOptions = {}): Promise<string> {
  const { publisher = localPublisher, preview, repository = root } = options;
  const folder = resolve(options.folder ?? join(repository, 'dist'));
  if (preview !== undefined && options.public === true) {
    throw new Error('A preview is never public.');
  }
  const staging = join(folder, 'extension');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(staging, 'images'), { recursive: true });
  const tasks = findTasks(repository);
  const metafiles = await Promise.all(
    tasks.flatMap((task) =>
      task.parts.map(async ({ entryPoint, bundle }) =>
        bundlePart(repository, entryPoint, join(staging, task.folder, bundle)),
      ),
    ),
  );
  const packages = await listBundledPackages(repository, metafiles);
  const product = await readJson<Product & { homepage: string }>(repository, 'package.json');
  let extension = withTasks(await readJson<Manifest>(repository, 'vss-extension.json'), tasks);
  if (options.public !== undefined) extension['public'] = options.public;
  if (preview !== undefined) extension = toPreviewExtension(extension, preview);
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  const pictures = (await readdir(join(repository, 'images'))).filter((name) =>
    name.endsWith('.png'),
  );
  await Promise.all([
    writeFile(
      join(staging, 'THIRD-PARTY-LICENSES.txt'),
      await collectLicenses(repository, packages),
    ),
    writeFile(join(staging, 'sbom.cdx.json'), toSbom(product, packages)),
    writeFile(join(staging, 'vss-extension.json'), toJson(extension)),
    ...tasks.flatMap(({ folder: task, manifest }) => [
      writeFile(
        join(staging, task, 'task.json'),
        toJson(preview === undefined ? manifest : toPreviewTask(manifest, preview)),
      ),
      cp(join(repository, task, 'icon.png'), join(staging, task, 'icon.png')),
    ]),
    writeFile(join(staging, 'README.md'), toMarketplacePage(readme, product.homepage)),
    // The Marketplace wants an ending that it can show.
    cp(join(repository, 'LICENSE'), join(staging, 'LICENSE.txt')),
    ...pictures.map(async (name) =>
      cp(join(repository, 'images', name), join(staging, 'images', name)),
    ),
  ]);
  const id = extension['id'] as string;
  const vsix = join(folder, `${publisher}.${id}-${extension['version'] as string}.vsix`);
  await runTfx(staging, publisher, vsix);
  await makeReproducible(vsix);
  return vsix;
}

const toJson = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

async function readJson<T>(repository: string, path: string): Promise<T> {
  return JSON.parse(await readFile(join(repository, path), 'utf8')) as T;
}

async function runTfx(staging: string, publisher: string, vsix: string): Promise<void> {
  const tfx = join(root, 'node_modules', 'tfx-cli', '_build', 'tfx-cli.js');
  const options = {
    root: staging,
    'manifest-globs': 'vss-extension.json',
    publisher,
    'output-path': vsix,
  };
  // It keeps a cache there.
  const home = await mkdtemp(join(tmpdir(), 'tfx-home-'));
  const args = ['extension', 'create', '--no-prompt', '--no-color'].concat(
    ...Object.entries(options).map(([name, value]) => [`--${name}`, value]),
  );
  const env = { ...process.env, HOME: home, USERPROFILE: home };
  try {
    const run = promisify(execFile);
    const { stdout, stderr } = await run(process.execPath, [tfx, ...args], { cwd: staging, env });
    assertNoComplaints(`${stdout}\n${stderr}`);
  } finally {
    await rm(home, { recursive: true });
  }
}

function assertNoComplaints(said: string): void {
  // Its validation failures are only warnings (tfx-cli `_build/lib/jsonvalidate.js`).
  const complaints = said.split('\n').filter((line) => /warn|error/i.test(line));
  if (complaints.length > 0) throw new Error(`tfx complains:\n${complaints.join('\n')}`);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      publisher: { type: 'string' },
      folder: { type: 'string' },
      public: { type: 'boolean' },
      preview: { type: 'string' },
    },
  });
  const preview = values.preview === undefined ? undefined : Number(values.preview);
  console.log(await packageExtension({ ...values, preview }));
}
