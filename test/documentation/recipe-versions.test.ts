import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listVersions } from '../local/recipes/list-versions.ts';
import { recipes } from '../local/recipes/list.ts';
import { repository } from '../local/repository.ts';

const contents = readFileSync(join(repository, 'docs', 'recipes', 'README.md'), 'utf8');

/** The last two cells of a recipe's row: how the tests run it, and with what they last did. */
function readRow(name: string): readonly [inTheTests: string, lastRunWith: string] {
  const row = contents.split('\n').find((line) => line.includes(`[${name}.yml](`)) ?? '';
  const [inTheTests = '', lastRunWith = ''] = row.split('|').slice(-3, -1);
  return [inTheTests.trim(), lastRunWith.trim()];
}

describe('What docs/recipes/README.md says of the last full run', () => {
  it('has a date, a system and a version of Node.js', () => {
    assert.match(
      contents,
      /^The last full run: \d{4}-\d\d-\d\d, on \w+ with Node\.js \d+\.\d+\.\d+\.$/m,
    );
  });

  for (const recipe of recipes) {
    const { name, notRun } = recipe;
    it(`is what ${name} runs with, in the versions that are pinned`, () => {
      const [inTheTests, lastRunWith] = readRow(name);
      assert.equal(inTheTests.startsWith('not run here'), notRun !== undefined, inTheTests);
      if (lastRunWith === 'not run') {
        // A tool that a machine lacks is no excuse where the table says that it is simply run.
        assert.match(inTheTests, /^not run here|\bwhere\b/);
        return;
      }
      // The machine's tools have any version.
      const expected = listVersions(recipe, ({ title }) => {
        const found = lastRunWith.split(', ').find((each) => each.startsWith(`${title} `)) ?? '';
        return /\d+(?:\.\d+)+$/.exec(found)?.[0] ?? '<version>';
      });
      assert.equal(lastRunWith, expected.join(', '), 'npm run recipes writes it.');
    });
  }
});
