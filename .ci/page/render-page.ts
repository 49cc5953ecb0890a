import { marked } from 'marked';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, photograph, type Sheet } from './browser.ts';
import { toMarketplacePage } from './marketplace-page.ts';

/** The repository's folder; this file runs from `out/.ci/page/`. */
const root = join(import.meta.dirname, '..', '..', '..');

// The Marketplace's measures: a coloured band with icon and name, the page below in one column.
const style = `
  * { box-sizing: border-box }
  body { margin: 0; background: #fff; color: #222; font: 15px/1.6 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif }
  .band { display: flex; gap: 24px; padding: 32px max(16px, calc(50vw - 560px)); color: #fff }
  .band img { width: 128px; height: 128px }
  .band h1 { margin: 0 0 4px; font-size: 26px; font-weight: 600; line-height: 1.25 }
  .band p { margin: 0; max-width: 640px }
  main { max-width: 792px; margin: 24px 16px 64px max(16px, calc(50vw - 560px)) }
  h1, h2, h3 { line-height: 1.3; font-weight: 600 } h1 { font-size: 28px } h2 { font-size: 22px; margin-top: 36px; padding-bottom: 4px; border-bottom: 1px solid #e5e5e5 } h3 { font-size: 17px }
  a { color: #106ebe; text-decoration: none }
  img { max-width: 100%; height: auto }
  pre { overflow-x: auto; padding: 14px; background: #f5f5f5; border-radius: 3px; line-height: 1.45 }
  code { font: 13px Consolas, Menlo, 'Liberation Mono', monospace; background: #f5f5f5; padding: 1px 3px }
  pre code { padding: 0 }
  table { border-collapse: collapse; width: 100%; margin: 16px 0 } th, td { padding: 6px 10px; border: 1px solid #ddd; text-align: left; vertical-align: top } th { background: #f8f8f8 }
  @media (max-width: 600px) { .band { gap: 14px } .band img { width: 72px; height: 72px } .band h1 { font-size: 20px } th, td { padding: 5px 6px } }
`;

const read = async (path: string): Promise<string> => readFile(join(root, path), 'utf8');

/** The page of the Marketplace, as HTML that needs nothing beside it. */
export async function renderPage(): Promise<string> {
  const { name, description, branding } = JSON.parse(await read('vss-extension.json')) as {
    readonly name: string;
    readonly description: string;
    readonly branding: { readonly color: string };
  };
  const { homepage } = JSON.parse(await read('package.json')) as { readonly homepage: string };
  const page = await marked.parse(toMarketplacePage(await read('README.md'), homepage));
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title><style>${style}</style>
<div class="band" style="background: ${branding.color}"><img src="images/icon.png" alt=""><div><h1>${name}</h1><p>${description}</p></div></div>
<main>${page}</main></html>`;
  return embedPictures(html);
}

async function embedPictures(html: string): Promise<string> {
  const paths = new Set(
    Array.from(html.matchAll(/src="(images\/[^"]+)"/g), ([, path = '']) => path),
  );
  let embedded = html;
  for (const path of paths) {
    const data = await readFile(join(root, path), 'base64');
    embedded = embedded.replaceAll(`src="${path}"`, `src="data:image/png;base64,${data}"`);
  }
  return embedded;
}

/** Widths that are looked at: a desktop and a phone, in CSS pixels. */
export const widths = { desktop: 1280, phone: 390 } as const;

/** A page as wide as a device, and as high as its content. */
export function toPageSheet(html: string, device: keyof typeof widths): Sheet {
  return { html, width: widths[device], scale: 1 };
}

/** Photographs the page at both widths; resolves to the folder. */
async function photographPage(): Promise<string> {
  const html = await renderPage();
  const folder = join(root, 'dist', 'page');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), html);
  const browser = await openBrowser();
  try {
    for (const device of ['desktop', 'phone'] as const) {
      await writeFile(
        join(folder, `${device}.png`),
        await photograph(browser, toPageSheet(html, device)),
      );
    }
  } finally {
    await browser.close();
  }
  return folder;
}

if (process.argv[1] === import.meta.filename) {
  try {
    console.log(await photographPage());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
