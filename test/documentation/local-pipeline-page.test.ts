import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../local/repository.ts';

const page = readFileSync(join(repository, 'docs', 'local-pipeline.md'), 'utf8');
const folder = join(repository, 'test', 'local', 'pipeline');
const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));

/** The keys that the reader names in calls of a function. */
function listKeys(call: 'ignore' | 'refuse'): readonly string[] {
  const calls = sources.flatMap((source) => [
    ...source.matchAll(new RegExp(`\\.\\.\\.${call}\\(([^)]+)\\)`, 'g')),
  ]);
  return calls.flatMap(([, keys = '']) =>
    [...keys.matchAll(/'(\w+)'/g)].map(([, key = '']) => key),
  );
}

/** What is a part of a feature that the page names as a whole. */
const parts: Readonly<Record<string, string>> = {
  pipelines: 'resources',
  builds: 'resources',
  containers: 'resources',
  packages: 'resources',
  webhooks: 'resources',
  resourceName: 'resources of an environment',
  resourceId: 'resources of an environment',
  resourceType: 'resources of an environment',
  tags: 'resources of an environment',
  sparseCheckoutDirectories: 'sparse checkouts',
  sparseCheckoutPatterns: 'sparse checkouts',
  errorActionPreference: 'preferences of PowerShell',
  warningPreference: 'preferences of PowerShell',
  ignoreLASTEXITCODE: 'preferences of PowerShell',
  informationPreference: 'preferences of PowerShell',
  verbosePreference: 'preferences of PowerShell',
  container: 'container',
};

describe('docs/local-pipeline.md', () => {
  for (const [call, beginning] of [
    ['ignore', 'Read over, because'],
    ['refuse', 'Not supported, each'],
  ] as const) {
    it(`has every key that the local agent is told to ${call}`, () => {
      const paragraph = page.split('\n').find((line) => line.startsWith(beginning)) ?? '';
      const keys = listKeys(call);
      assert.ok(keys.length > 10, String(keys.length));
      for (const key of keys) {
        // Read before the others, in a function of their own.
        if (call === 'ignore' && ['variables', 'resources', 'condition'].includes(key)) continue;
        // Of a step that does nothing here.
        if (call === 'ignore' && ['artifact', 'patterns'].includes(key)) continue;
        const shown = parts[key];
        const isThere =
          shown === undefined
            ? new RegExp(`\`(?:\\w+: )?${key}\\b`).test(paragraph)
            : paragraph.includes(shown);
        assert.ok(isThere, `${key}: ${paragraph}`);
      }
    });
  }
});
