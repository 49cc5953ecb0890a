import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { openBrowser, photograph, type Sheet } from './browser.ts';
import { toLogSheet } from './log-sheet.ts';
import { packageLocally } from '../../test/local/local-package.ts';
import { runSamples } from './sample-logs.ts';

/** The repository's folder; this file runs from `out/.ci/page/`. */
const root = join(import.meta.dirname, '..', '..', '..');

/** A picture of the repository: where it is written, and the page that it is a photograph of. */
export interface Picture {
  readonly path: string;
  readonly sheet: Sheet;
}

/** The drawings of the page, each 760 wide, with their heights in CSS pixels. */
const drawings = [
  ['requests', 560],
  ['service-connection', 660],
  ['classic-editor', 640],
] as const;

/** The pictures that are drawn. */
export async function drawnPictures(): Promise<readonly Picture[]> {
  const icon = await readDrawing('images/icon.svg');
  return [
    { path: 'images/icon.png', sheet: toSheet(icon, 128, 128, 1) },
    ...['EntraToken/EntraTokenV1', 'EntraSignIn/EntraSignInV1'].map((task) => ({
      path: `tasks/${task}/icon.png`,
      sheet: toSheet(icon, 32, 32, 1),
    })),
    ...(await Promise.all(
      drawings.map(async ([name, height]) => ({
        path: `images/${name}.png`,
        sheet: toSheet(await readDrawing(`images/${name}.svg`), 760, height, 2),
      })),
    )),
  ];
}

/** The pictures of logs, from runs of the packaged task on the local pipeline. */
export async function loggedPictures(vsix: string): Promise<readonly Picture[]> {
  const { success, failure, signIn } = await runSamples(vsix);
  return [
    { path: 'images/log-success.png', sheet: toLogSheet(success) },
    { path: 'images/log-failure.png', sheet: toLogSheet(failure) },
    { path: 'images/log-sign-in.png', sheet: toLogSheet(signIn) },
  ];
}

/** Where `npm run images` notes what each picture was made from. */
export const sourcesPath = 'images/sources.json';

/** What is noted of a picture: a digest of the page, its size, and the picture that was made from it. */
export function toSource(sheet: Sheet, png: Buffer): string {
  return createHash('sha256').update(JSON.stringify(sheet)).update(png).digest('hex');
}

const readDrawing = async (path: string): Promise<string> =>
  (await readFile(join(root, path), 'utf8')).replaceAll('\r\n', '\n');

function toSheet(svg: string, width: number, height: number, scale: number): Sheet {
  const html = `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block;width:${width}px;height:${height}px}</style>${svg}`;
  return { html, width, height, scale };
}

// At full quality the longest log is over 200 KB, and looks the same.
const reduceColors = async (png: Buffer): Promise<Buffer> =>
  sharp(png).png({ palette: true, quality: 80, compressionLevel: 9, dither: 0 }).toBuffer();

/** Makes every picture anew; tells each with its size. */
async function makePictures(): Promise<void> {
  const browser = await openBrowser();
  try {
    const pictures = [
      ...(await drawnPictures()),
      ...(await loggedPictures(await packageLocally())),
    ];
    const sources: Record<string, string> = {};
    for (const { path, sheet } of pictures) {
      const picture = await photograph(browser, sheet);
      // A gradient would show its steps; the icons are small enough as they are.
      const png = path.endsWith('icon.png') ? picture : await reduceColors(picture);
      sources[path] = toSource(sheet, png);
      await writeFile(join(root, path), png);
      console.log(`${path} (${Math.ceil(png.length / 1024)} KB)`);
    }
    await writeFile(join(root, sourcesPath), `${JSON.stringify(sources, undefined, 2)}\n`);
  } finally {
    await browser.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    await makePictures();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
