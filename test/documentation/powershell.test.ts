import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { applyDifference } from '../e2e/support/documentation.ts';
import { repository } from '../local/repository.ts';
import { requireGrammar } from './grammar.ts';

/** A script for PowerShell that the documentation shows, and the environment that its step maps. */
interface Script {
  readonly place: string;
  readonly text: string;
  readonly env: ReadonlySet<string>;
}

const pages = ['README.md', 'docs', 'docs/recipes'].flatMap((path) =>
  path.endsWith('.md')
    ? [path]
    : readdirSync(join(repository, path))
        .filter((name) => /\.(?:md|yml)$/.test(name))
        .map((name) => `${path}/${name}`),
);
const scripts = pages.flatMap(readScripts);

function readScripts(place: string): readonly Script[] {
  const text = readFileSync(join(repository, place), 'utf8').replaceAll('\r\n', '\n');
  if (place.endsWith('.yml')) return findScripts(place, text);
  const blocks = [...text.matchAll(/^```(yaml|diff|powershell)\n([^]*?)^```$/gm)];
  return blocks.flatMap(([, language, block = '']) => {
    if (language === 'powershell') return [{ place, text: block, env: new Set<string>() }];
    return findScripts(place, language === 'diff' ? applyDifference(block) : block);
  });
}

function findScripts(place: string, yaml: string): readonly Script[] {
  return parseAllDocuments(yaml).flatMap((document) => findInValue(place, document.toJS()));
}

function findInValue(place: string, value: unknown): readonly Script[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const text = fields['pwsh'] ?? fields['powershell'];
  const env = new Set(Object.keys(fields['env'] ?? {}));
  const own = typeof text === 'string' ? [{ place, text, env }] : [];
  return [...own, ...Object.values(fields).flatMap((field) => findInValue(place, field))];
}

describe('the scripts for PowerShell that the documentation shows', function () {
  this.timeout(120_000);
  let hasError: (text: string) => boolean;

  before(async function () {
    try {
      hasError = await requireGrammar('powershell');
    } catch (error) {
      console.log(`      without the grammar of PowerShell: ${(error as Error).message}`);
      this.skip();
    }
  });

  it('are there', () => {
    assert.ok(scripts.length >= 6, String(scripts.length));
  });

  for (const { place, text, env } of scripts) {
    const [name = ''] = text.split('\n');
    it(`are PowerShell in ${place}: ${name}`, () => {
      assert.ok(!hasError(text), text);
    });

    it(`read nothing that nobody gives them in ${place}: ${name}`, () => {
      for (const [, variable = ''] of text.matchAll(/\$\{?env:(\w+)/g)) {
        // Azure Pipelines gives each script its own variables, but no secret one.
        if (/^(?:SYSTEM|BUILD|AGENT|ENTRATOKEN)_/.test(variable)) continue;
        assert.ok(env.has(variable), `${variable} is not mapped under env.`);
      }
    });
  }

  it('would be found out', () => {
    for (const wrong of ['$a = @{ x = 1', 'Invoke-RestMethod "abc', '$x = "a" -Headers $h']) {
      assert.ok(hasError(wrong), wrong);
    }
  });
});
