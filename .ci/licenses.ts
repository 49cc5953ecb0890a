import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

/** The licences of everything that is bundled, as one text. */
export async function collectLicenses(
  root: string,
  packages: readonly BundledPackage[],
): Promise<string> {
  const sections = await Promise.all(
    packages.map(async ({ name, version, license, folder }) => {
      const files = await readdir(join(root, folder));
      const file = files.find((entry) => /^licen[cs]e(?:\.|$)/i.test(entry));
      const text =
        file === undefined
          ? `(The package carries no licence text; its manifest says ${license}.)`
          : (await readFile(join(root, folder, file), 'utf8')).replaceAll('\r\n', '\n').trim();
      return `${name} ${version} (${license})\n${'='.repeat(72)}\n${text}\n`;
    }),
  );
  return `The task contains these packages.\n\n${sections.join('\n')}`;
}
