import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { bundleTask } from './bundle.ts';
import { listBundledPackages } from './bundled-packages.ts';
import { collectLicenses } from './licenses.ts';
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
}

/**
 * Builds the extension's `.vsix` from nothing but the repository: the bundle, the manifests, the images,
 * the page and the licences. Resolves to its path; throws when `tfx` has anything to complain of.
 */
export async function packageExtension(options: PackageOptions = {}): Promise<string> {
  const { publisher = localPublisher, folder = join(root, 'dist') } = options;
  const staging = join(folder, 'extension');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(staging, taskFolder), { recursive: true });
  const metafile = await bundleTask(root, join(staging, taskFolder, 'main.cjs'));
  const packages = await listBundledPackages(root, metafile);
  const product = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Product;
  await Promise.all([
    writeFile(join(staging, 'THIRD-PARTY-LICENSES.txt'), await collectLicenses(root, packages)),
    writeFile(join(staging, 'sbom.cdx.json'), toSbom(product, packages)),
    ...['task.json', 'icon.png'].map(async (name) =>
      cp(join(root, taskFolder, name), join(staging, taskFolder, name)),
    ),
    ...['vss-extension.json', 'README.md'].map(async (name) =>
      cp(join(root, name), join(staging, name)),
    ),
    // The Marketplace wants an ending that it can show.
    cp(join(root, 'LICENSE'), join(staging, 'LICENSE.txt')),
    cp(join(root, 'images'), join(staging, 'images'), {
      recursive: true,
      filter: (source) => !source.endsWith('.svg'),
    }),
  ]);
  const vsix = join(folder, `${publisher}.entra-token-${product.version}.vsix`);
  await runTfx(staging, publisher, vsix);
  await makeReproducible(vsix);
  return vsix;
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
  // Its validation failures are only warnings (facts: tfx-cli `jsonvalidate.js`).
  const complaints = `${stdout}\n${stderr}`.split('\n').filter((line) => /warn|error/i.test(line));
  if (complaints.length > 0) throw new Error(`tfx complains:\n${complaints.join('\n')}`);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { publisher: { type: 'string' } } });
  console.log(await packageExtension(values));
}
