import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

async function readLicense(root: string, folder: string): Promise<string | undefined> {
  const files = await readdir(join(root, folder));
  const file = files.find((entry) => /^licen[cs]e(?:\.|$)/i.test(entry));
  if (file === undefined) return undefined;
  return (await readFile(join(root, folder, file), 'utf8')).replaceAll('\r\n', '\n').trim();
}

/** The licences of everything that is bundled, as one text. */
export async function collectLicenses(
  root: string,
  packages: readonly BundledPackage[],
): Promise<string> {
  const sections = await Promise.all(
    packages.map(async ({ name, version, license, folder }) => {
      const text = await readLicense(root, folder);
      if (text === undefined) throw new Error(`${name}@${version} carries no licence text.`);
      return `${name} ${version} (${license})\n${'='.repeat(72)}\n${text}\n`;
    }),
  );
  return `The task contains these packages.\n\n${sections.join('\n')}`;
}
