import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { bundleTask } from './bundle.ts';
import { listBundledPackages } from './bundled-packages.ts';
import { collectLicenses } from './licenses.ts';
import { toMarketplacePage } from './page.ts';
import { toPreviewExtension, toPreviewTask, type Manifest } from './preview.ts';
import { makeReproducible } from './reproducible.ts';
import { toSbom, type Product } from './sbom.ts';

/** The repository's folder; this file runs from `out/.ci/`. */
const root = join(import.meta.dirname, '..', '..');
const taskFolder = join('tasks', 'EntraToken', 'EntraTokenV1');

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
}

/**
 * Builds the extension's `.vsix` from nothing but the repository: the bundle, the manifests, the images,
 * the page and the licences. Resolves to its path; throws when `tfx` has anything to complain of.
 */
export async function packageExtension(options: PackageOptions = {}): Promise<string> {
  const { publisher = localPublisher, preview } = options;
  const folder = resolve(options.folder ?? join(root, 'dist'));
  if (preview !== undefined && options.public === true) {
    throw new Error('A preview is never public.');
  }
  const staging = join(folder, 'extension');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(staging, taskFolder), { recursive: true });
  await mkdir(join(staging, 'images'));
  const metafile = await bundleTask(root, join(staging, taskFolder, 'main.cjs'));
  const packages = await listBundledPackages(root, metafile);
  const product = await readJson<Product & { homepage: string }>('package.json');
  const manifests = {
    extension: await readJson<Manifest>('vss-extension.json'),
    task: await readJson<Manifest>(join(taskFolder, 'task.json')),
  };
  if (options.public !== undefined) manifests.extension['public'] = options.public;
  if (preview !== undefined) {
    manifests.extension = toPreviewExtension(manifests.extension, preview);
    manifests.task = toPreviewTask(manifests.task, preview);
  }
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const pictures = (await readdir(join(root, 'images'))).filter((name) => name.endsWith('.png'));
  await Promise.all([
    writeFile(join(staging, 'THIRD-PARTY-LICENSES.txt'), await collectLicenses(root, packages)),
    writeFile(join(staging, 'sbom.cdx.json'), toSbom(product, packages)),
    writeFile(join(staging, 'vss-extension.json'), toJson(manifests.extension)),
    writeFile(join(staging, taskFolder, 'task.json'), toJson(manifests.task)),
    writeFile(join(staging, 'README.md'), toMarketplacePage(readme, product.homepage)),
    // The Marketplace wants an ending that it can show.
    cp(join(root, 'LICENSE'), join(staging, 'LICENSE.txt')),
    cp(join(root, taskFolder, 'icon.png'), join(staging, taskFolder, 'icon.png')),
    ...pictures.map(async (name) => cp(join(root, 'images', name), join(staging, 'images', name))),
  ]);
  const id = manifests.extension['id'] as string;
  const vsix = join(folder, `${publisher}.${id}-${manifests.extension['version'] as string}.vsix`);
  await runTfx(staging, publisher, vsix);
  await makeReproducible(vsix);
  return vsix;
}

const toJson = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(join(root, path), 'utf8')) as T;
}

async function runTfx(staging: string, publisher: string, vsix: string): Promise<void> {
  const tfx = join(root, 'node_modules', 'tfx-cli', '_build', 'tfx-cli.js');
  const options = {
    root: staging,
    'manifest-globs': 'vss-extension.json',
    publisher,
    'output-path': vsix,
  };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      tfx,
      'extension',
      'create',
      '--no-prompt',
      '--no-color',
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    { cwd: staging },
  );
  // Its validation failures are only warnings (tfx-cli `_build/lib/jsonvalidate.js`).
  const complaints = `${stdout}\n${stderr}`.split('\n').filter((line) => /warn|error/i.test(line));
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
