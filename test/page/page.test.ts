import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, openBrowser, openSheet } from '../../.ci/page/browser.ts';
import { toMarketplacePage } from '../../.ci/page/marketplace-page.ts';
import { renderPage, toPageSheet, widths } from '../../.ci/page/render-page.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const homepage = 'https://github.com/contoso/entra-token';
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('toMarketplacePage', () => {
  for (const [markdown, expected] of [
    ['[a](docs/a.md)', `[a](${homepage}/blob/main/docs/a.md)`],
    ['[a](./docs/a.md#b)', `[a](${homepage}/blob/main/docs/a.md#b)`],
    [
      '[LICENSE](LICENSE), [b](B.md)',
      `[LICENSE](${homepage}/blob/main/LICENSE), [b](${homepage}/blob/main/B.md)`,
    ],
    ['![a](images/a.png)', '![a](images/a.png)'],
    ['[a](#inputs)', '[a](#inputs)'],
    ['[a](https://example.com/a.md)', '[a](https://example.com/a.md)'],
  ] as const) {
    it(`writes ${markdown} as ${expected}`, () => {
      assert.equal(toMarketplacePage(markdown, homepage), expected);
    });
  }

  it('leaves no link that only the repository knows', () => {
    const page = toMarketplacePage(readme, homepage);
    const targets = [...page.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)\)/g)];
    assert.ok(targets.length > 10);
    for (const [, bang, target = ''] of targets) {
      assert.match(target, bang === '!' ? /^images\/[\w-]+\.png$/ : /^(?:https:\/\/|#)/);
    }
  });
});

describe('the Marketplace page', () => {
  it('has only pictures that the package holds, each with a text in its place', () => {
    const pictures = [...readme.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)];
    assert.ok(pictures.length >= 3);
    for (const [, text = '', path = ''] of pictures) {
      assert.match(path, /^images\/[\w-]+\.png$/);
      assert.ok(existsSync(join(root, path)), path);
      assert.ok(text.length > 30, path);
    }
  });

  it('holds no HTML, which the Marketplace may strip', () => {
    assert.doesNotMatch(readme.replaceAll(/```[^]*?```|`[^`]*`/g, ''), /<[a-z!]/i);
  });

  for (const device of Object.keys(widths) as (keyof typeof widths)[]) {
    it(`fits on a ${device}, with every picture`, async function () {
      const hasBrowser = await findChromium().catch(() => undefined);
      if (hasBrowser === undefined) this.skip();
      const browser = await openBrowser();
      try {
        const page = await openSheet(browser, toPageSheet(await renderPage(), device));
        const { clipped, ...state } = await page.evaluate<{ readonly clipped: string[] }>(
          `({ width: document.documentElement.scrollWidth,
              broken: [...document.images].filter((image) => image.naturalWidth === 0).length,
              clipped: [...document.querySelectorAll('pre')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText),
              wide: [...document.querySelectorAll('table, img')].filter((one) => one.getBoundingClientRect().right > innerWidth).length })`,
        );
        assert.deepEqual(state, { width: widths[device], broken: 0, wide: 0 });
        // A phone scrolls code; a desktop shows the whole of it.
        if (device === 'desktop') assert.deepEqual(clipped, []);
      } finally {
        await browser.close();
      }
    });
  }
});
