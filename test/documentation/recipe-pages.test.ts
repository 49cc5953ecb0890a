import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { readPipeline } from '../local/pipeline/read-pipeline.ts';
import { repository } from '../local/repository.ts';

const recipes = join(repository, 'docs', 'recipes');

/** A YAML block of a page that stands right below a link to a file. */
interface ShownFile {
  readonly page: string;
  /** From the repository's folder, with `/`. */
  readonly file: string;
  readonly content: string;
}

describe('The pages of the recipes', () => {
  const pages = findFiles(repository, '.md');
  const shown = pages.flatMap(readShownFiles);
  const files = findFiles(recipes, '.yml');

  for (const file of files) {
    it(`show ${file} as it is`, () => {
      const blocks = shown.filter((block) => block.file === file);
      assert.ok(blocks.length > 0, 'No page shows it.');
      const content = readFileSync(join(repository, file), 'utf8');
      for (const block of blocks) assert.equal(block.content, content, block.page);
    });
  }

  it('show no YAML in docs/recipes that is not a file', () => {
    for (const page of pages.filter((page) => page.startsWith('docs/recipes/'))) {
      const blocks = readFileSync(join(repository, page), 'utf8').match(/^```yaml$/gm) ?? [];
      assert.equal(blocks.length, shown.filter((block) => block.page === page).length, page);
    }
  });

  it('name every recipe in the table of contents', () => {
    const contents = readFileSync(join(recipes, 'README.md'), 'utf8');
    for (const file of files.filter((file) => !file.includes('/templates/'))) {
      assert.ok(contents.includes(posix.basename(file)), file);
    }
  });

  it('link to headings and files that are there', () => {
    for (const page of ['docs/moving-from-a-pat.md', ...findFiles(recipes, '.md')]) {
      for (const [, target = ''] of read(page).matchAll(/\]\((?!https:)([^)]+)\)/g)) {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : posix.join(posix.dirname(page), path);
        const text = read(file);
        if (anchor === undefined) continue;
        const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => toAnchor(title));
        const own = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
        assert.ok([...anchors, ...own].includes(anchor), `${page}: ${target}`);
      }
    }
  });

  for (const file of files.filter(isRunnable)) {
    it(`show a pipeline that can be read: ${file}`, () => {
      assert.ok(readPipeline(join(repository, file)).length > 0);
    });
  }
});

/** Templates are read by who extends them. */
function isRunnable(file: string): boolean {
  return !file.includes('/templates/');
}

function read(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

/** Paths from the repository's folder, with `/`; only what belongs to the documentation. */
function findFiles(folder: string, ending: string): string[] {
  const folders = folder === repository ? [join(repository, 'docs')] : [folder];
  const found = folders.flatMap((each) =>
    readdirSync(each, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry) => relative(repository, join(entry.parentPath, entry.name))),
  );
  return [...found, ...(folder === repository ? ['README.md'] : [])].map((path) =>
    path.replaceAll('\\', '/'),
  );
}

function readShownFiles(page: string): ShownFile[] {
  const blocks = read(page).matchAll(
    /^\[`?[^\]]+`?\]\(([^)]+\.yml)\)[^\n]*\n\n```yaml\n(.*?)^```$/gms,
  );
  return [...blocks].map(([, path = '', content = '']) => ({
    page,
    file: posix.join(posix.dirname(page), path),
    content,
  }));
}

/** As GitHub makes it of a heading. */
function toAnchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replaceAll(' ', '-');
}
