import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

/** A page in the browser: its source and its size. Without a height it is as high as its content. */
export interface Sheet {
  readonly html: string;
  /** In CSS pixels. */
  readonly width: number;
  /** In CSS pixels. */
  readonly height?: number;
  /** Device pixels for each CSS pixel. */
  readonly scale: number;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The Chromium of this machine: the one that `CHROMIUM` names, or the first one found. Throws without one. */
export async function findChromium(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { CHROMIUM, PATH = '' } = environment;
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const candidate of CHROMIUM === undefined ? [...onPath, ...places] : [CHROMIUM]) {
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  throw new Error(
    'This needs Chromium, Chrome or Edge, and none was found. Install one, or name it in the ' +
      'environment variable CHROMIUM.',
  );
}

/** Starts the browser of this machine, without a window. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: ['--disable-lcd-text'] });
}

/** Shows the page, with every picture in it. */
export async function openSheet(browser: Browser, sheet: Sheet): Promise<Page> {
  const { html, width, height = 100, scale } = sheet;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
  await page.setContent(html);
  return page;
}

/** A PNG of the page, with a transparent ground where the page has none. */
export async function photograph(browser: Browser, sheet: Sheet): Promise<Buffer> {
  const page = await openSheet(browser, sheet);
  return page.screenshot({ fullPage: sheet.height === undefined, omitBackground: true });
}
