import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { applyDifference } from '../e2e/support/documentation.ts';
import { listMaps, listYaml, listYamlFiles } from './shown-yaml.ts';

/** The scripts of bash steps in a YAML text. */
function listScripts(yaml: string): readonly string[] {
  return parseAllDocuments(yaml)
    .flatMap(({ contents }) => listMaps(contents))
    .map((map) => map.get('bash'))
    .filter((script) => typeof script === 'string');
}

/** Its commands, each on a line of its own; without comments and texts. */
function listCommands(script: string): readonly string[] {
  return script
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/<<'(\w+)'\n[^]*?^\s*\1$/gm, '')
    .replaceAll(/'[^']*'/g, "''")
    .replaceAll(/\\\n|(?<=\|)\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** What cannot fail, or not so that it matters. */
const isSafe = (command: string): boolean => /^\s*(?:printf|echo|export|set) [^|]*$/.test(command);

/** How a script can be green although a command of it was refused. */
function findFault(script: string): string | undefined {
  const commands = listCommands(script);
  const options = /^set -.*$/.exec(commands[0] ?? '')?.[0] ?? '';
  const isStopped = /^set -\w*e/.test(options) || commands.slice(0, -1).every(isSafe);
  if (!isStopped) return 'it goes on after a failure: set -e';
  const isLost = commands.some((command) =>
    command
      .split(/&&|\|\||;|\$\(/)
      .some(
        (part) => / \| /.test(part) && !/^[\s\w"=]*\b(?:printf|echo)\b[^|]*\|[^|]*$/.test(part),
      ),
  );
  if (isLost && !options.includes('pipefail')) return 'it loses a failure in a pipe: pipefail';
  return commands.some((command) => /\b(?:curl|git|az|entra-token)\b[^;]*\|\| /.test(command))
    ? 'it goes on with || after a call'
    : undefined;
}

describe('the bash steps that the repository shows', () => {
  for (const { path, text } of listYamlFiles()) {
    // Of the tests' own pipelines, some show what a step prints.
    if (path.startsWith('test/')) continue;
    const differences = [...text.matchAll(/^```diff\n(.*?)^```$/gms)];
    const yaml = [
      ...listYaml(path, text),
      ...differences.map(([, block = '']) => applyDifference(block)),
    ];
    const scripts = yaml.flatMap(listScripts);
    if (scripts.length === 0) continue;
    it(`are red in ${path} when one of their commands is`, () => {
      for (const script of scripts) assert.equal(findFault(script), undefined, script);
    });
  }
});

describe('the check of bash steps', () => {
  for (const [script, fault] of [
    ['git fetch\nentra-token status', /set -e/],
    ['# why\ncurl \\\n --fail x', undefined],
    ['set -e\ngit fetch\nls', undefined],
    ['set -e\nentra-token --header | curl x', /pipefail/],
    ['set -e -o pipefail\nentra-token --header |\n  curl x', undefined],
    ['set -euo pipefail\ncurl x | grep y', undefined],
    ["printf '%s' x | curl x", undefined],
    ["printf '%s' x | curl x | jq y", /pipefail/],
    ['set -euo pipefail\ncurl x | grep y || echo none', /\|\|/],
  ] as const) {
    it(`${fault === undefined ? 'accepts' : 'refuses'} ${JSON.stringify(script)}`, () => {
      if (fault === undefined) assert.equal(findFault(script), undefined);
      else assert.match(findFault(script) ?? '', fault);
    });
  }
});
