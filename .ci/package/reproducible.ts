import { unzipSync, zipSync } from 'fflate';
import { readFile, writeFile } from 'node:fs/promises';

// The first moment that a zip file can express, in the machine's own time, as zip files have it.
const mtime = new Date(1980, 0, 1);

/**
 * Writes a `.vsix` anew so that the same files make the same bytes: sorted, without folders and times.
 * `tfx` lists the content types in the order in which it came across the files.
 */
export async function makeReproducible(vsix: string): Promise<void> {
  const files = unzipSync(await readFile(vsix), { filter: ({ name }) => !name.endsWith('/') });
  const sorted = Object.entries(files)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, content]) => [name, name.endsWith('.xml') ? sortTypes(content) : content] as const,
    );
  await writeFile(vsix, zipSync(Object.fromEntries(sorted), { mtime, level: 9 }));
}

function sortTypes(content: Uint8Array): Uint8Array {
  const elements = /(?:\s*<Default [^>]*\/>)+/;
  const text = Buffer.from(content).toString('utf8');
  return Buffer.from(
    text.replace(elements, (list) => (list.match(/\s*<[^>]*>/g) ?? []).toSorted().join('')),
  );
}
