import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../local/repository.ts';

const page = readFileSync(join(repository, 'docs', 'tools.md'), 'utf8').replaceAll('\r\n', '\n');
const contents = readFileSync(join(repository, 'docs', 'recipes', 'README.md'), 'utf8');

/** Recipes about jobs and templates: they are for no tool of their own. */
const ofNoTool: ReadonlySet<string> = new Set([
  'container-job',
  'extends',
  'long-job',
  'output-variable',
  'resources',
  'several-jobs',
  'two-connections',
]);

/** The rows of every table of the page, without their headings. */
const rows = [...page.matchAll(/^\|.*\|\n\| *-.*\|\n((?:\|.*\|\n)+)/gm)].flatMap(([, body = '']) =>
  body.trim().split('\n'),
);

describe('docs/tools.md', () => {
  it('names the common tools', () => {
    assert.ok(rows.length >= 45, String(rows.length));
    const names = rows.map((row) => row.split('|')[1]?.trim());
    assert.equal(new Set(names).size, names.length);
  });

  for (const row of rows) {
    const [, name = '', ...cells] = row.split('|').map((cell) => cell.trim());
    it(`has a source for ${name}`, () => {
      assert.match(cells.at(-2) ?? '', /\]\(https:\/\/[^)\s]+\)/);
    });
  }

  for (const file of readdirSync(join(repository, 'docs', 'recipes'))) {
    const [recipe = '', ending] = file.split('.');
    if (ending !== 'yml' || ofNoTool.has(recipe)) continue;
    it(`leads to the recipe ${recipe}`, () => {
      const [, target = ''] = new RegExp(`\\[${recipe}\\.yml\\]\\(([^)]+)\\)`).exec(contents) ?? [];
      assert.ok(target, `docs/recipes/README.md has no row for ${file}.`);
      assert.ok(
        page.includes(`](recipes/${target})`),
        `Add "([recipe](recipes/${target}))" to the tool's row of docs/tools.md, or a row with a source.`,
      );
    });
  }
});
