import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, type Sheet } from './browser.ts';

/** The repository's folder; this file runs from `out/.ci/`. */
const root = join(import.meta.dirname, '..', '..');

/** A picture of the repository: where it is written, and the page that it is a photograph of. */
export interface Picture {
  readonly path: string;
  readonly sheet: Sheet;
}

/** The pictures that are drawn. */
export async function drawnPictures(): Promise<readonly Picture[]> {
  const icon = await readDrawing('images/icon.svg');
  const requests = await readDrawing('images/requests.svg');
  return [
    { path: 'images/icon.png', sheet: toSheet(icon, 128, 128, 1) },
    { path: 'tasks/EntraToken/EntraTokenV1/icon.png', sheet: toSheet(icon, 32, 32, 1) },
    { path: 'images/requests.png', sheet: toSheet(requests, 760, 560, 2) },
  ];
}

const readDrawing = async (path: string): Promise<string> => readFile(join(root, path), 'utf8');

function toSheet(svg: string, width: number, height: number, scale: number): Sheet {
  const html = `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block;width:${width}px;height:${height}px}</style>${svg}`;
  return { html, width, height, scale };
}

if (process.argv[1] === import.meta.filename) {
  const browser = await openBrowser();
  try {
    for (const { path, sheet } of await drawnPictures()) {
      const png = await browser.photograph(sheet);
      await writeFile(join(root, path), png);
      console.log(`${path} (${Math.ceil(png.length / 1024)} KB)`);
    }
  } finally {
    await browser.close();
  }
}
