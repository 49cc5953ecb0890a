import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../local/repository.ts';
import { requireGrammar } from './grammar.ts';

const folder = join(repository, 'docs', 'recipes');

/** Programs in C# that a script of a recipe writes into a file. */
const programs = readdirSync(folder)
  .filter((name) => name.endsWith('.yml'))
  .flatMap((place) => {
    const yaml = readFileSync(join(folder, place), 'utf8').replaceAll('\r\n', '\n');
    const written = yaml.matchAll(/^( *)cat > \S+\.cs <<'EOF'\n(.*?)^\1EOF$/gms);
    return [...written].map(([, , text = '']) => ({ place, text }));
  });

describe('the programs in C# that the recipes have', function () {
  this.timeout(120_000);
  let hasError: (text: string) => boolean;

  before(async function () {
    try {
      hasError = await requireGrammar('csharp');
    } catch (error) {
      console.log(`      without the grammar of C#: ${(error as Error).message}`);
      this.skip();
    }
  });

  it('are there', () => {
    assert.deepEqual(
      programs.map(({ place }) => place),
      ['dotnet.yml'],
    );
  });

  for (const { place, text } of programs) {
    it(`are C# in ${place}`, () => {
      assert.ok(!hasError(text), text);
    });
  }

  it('would be found out', () => {
    for (const wrong of ['var a = new Uri("x";', 'foreach (var a in b', 'var a = "x;']) {
      assert.ok(hasError(wrong), wrong);
    }
  });
});
