import type { Metafile } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package that is part of a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Its folder, relative to the repository. */
  readonly folder: string;
}

/** The packages whose files are in any of the bundles, by the bundler's own account, sorted by name. */
export async function listBundledPackages(
  root: string,
  metafiles: readonly Metafile[],
): Promise<readonly BundledPackage[]> {
  const folders = new Set<string>();
  for (const output of metafiles.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  const packages = await Promise.all(
    [...folders].map(async (folder) => {
      const { name, version, license } = JSON.parse(
        await readFile(join(root, folder, 'package.json'), 'utf8'),
      ) as { name: string; version: string; license?: string };
      if (license === undefined) throw new Error(`${name}@${version} names no licence.`);
      return { name, version, license, folder };
    }),
  );
  return packages.toSorted((a, b) =>
    `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`, 'en'),
  );
}
