import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseDocument } from 'yaml';
import { clouds, type Cloud } from '../../tasks/common/service-connection/clouds.ts';
import { usage } from '../../tasks/EntraSignIn/EntraSignInV1/src/command/arguments.ts';
import { tools } from '../../tasks/EntraSignIn/EntraSignInV1/src/tools/tools.ts';
import { remedies } from '../../tasks/common/errors/remedies.ts';
import { presets } from '../../tasks/common/access-token/presets.ts';
import { companions } from '../../tasks/EntraToken/EntraTokenV1/src/variable-name.ts';

interface TaskInput {
  readonly options?: Readonly<Record<string, string>>;
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly defaultValue?: string;
}

const root = resolve(import.meta.dirname, '..', '..', '..');
const ignored = new Set(['node_modules', 'out', 'dist', '.cache', '.git']);
// As Git stores them, whatever line ends a checkout has.
const read = (path: string): string =>
  readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');

const { groups, inputs } = JSON.parse(read('tasks/EntraToken/EntraTokenV1/task.json')) as {
  readonly groups: readonly { readonly displayName: string }[];
  readonly inputs: readonly TaskInput[];
};
const readme = read('README.md');
const troubleshooting = read('docs/troubleshooting.md');

/** Paths of all Markdown files of the repository, relative to it, with "/". */
function listDocuments(folder = root): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listDocuments(path);
    return entry.name.endsWith('.md') ? [relative(root, path).split(sep).join('/')] : [];
  });
}

/** The text without fenced blocks and code spans, where nothing is a heading or a link. */
const toProse = (text: string): string =>
  text
    .replace(/^( *)(```+)[\s\S]*?^\1\2 *$/gm, '')
    .replace(/`[^`\n]*`/g, (span) => span.slice(1, -1));

const toLinkable = (text: string): string =>
  text.replace(/^( *)(```+)[\s\S]*?^\1\2 *$/gm, '').replace(/`[^`\n]*`/g, '');

function toHeadings(text: string): readonly string[] {
  return [...toProse(text).matchAll(/^#{1,6} +(.+?) *$/gm)].map((match) => match[1] ?? '');
}

/** The anchors that GitHub makes of headings: the second of the same name gets "-1". */
function toAnchors(text: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  return new Set(
    toHeadings(text).map((heading) => {
      const slug = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');
      const count = counts.get(slug) ?? 0;
      counts.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

/** Targets of all links and images that lead into the repository. */
function toRelativeLinks(text: string): readonly string[] {
  return [...toLinkable(text).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** What is wrong with a link; undefined for a good one. */
function toLinkFault(document: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#', 2);
  const file = path === '' ? join(root, document) : resolve(root, dirname(document), path);
  if (!file.startsWith(root) || !existsSync(file)) return `${target}: no such file`;
  if (anchor === undefined) return undefined;
  return file.endsWith('.md') && toAnchors(read(relative(root, file))).has(anchor)
    ? undefined
    : `${target}: no such heading`;
}

/** The cells of the first table after a heading, without the table's own two first lines. */
function readTable(text: string, heading: string): readonly (readonly string[])[] {
  const start = text.indexOf(`\n## ${heading}\n`);
  assert.notEqual(start, -1, `There is no heading ${heading}.`);
  const table = /(?:^\|.*\n)+/m.exec(text.slice(start))?.[0] ?? '';
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const toCode = (cell: string | undefined): string => /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? '';

/** The YAML blocks of a document, those in lists without their indentation. */
function toYamlBlocks(text: string): readonly string[] {
  return [...text.matchAll(/^( *)```ya?ml *\n([\s\S]*?)^\1``` *$/gm)].map((match) =>
    (match[2] ?? '').replaceAll(new RegExp(`^${match[1] ?? ''}`, 'gm'), ''),
  );
}

/** Every step of the task in a parsed pipeline, at any depth. */
function findSteps(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { task } = fields;
  const isStep = typeof task === 'string' && task.startsWith('EntraToken@');
  return [...(isStep ? [fields] : []), ...Object.values(fields).flatMap(findSteps)];
}

describe('docs/troubleshooting.md', () => {
  const headings = toHeadings(troubleshooting);

  it('has exactly one heading for each error code', () => {
    const counts = Object.keys(remedies).map(
      (code) => [code, headings.filter((heading) => heading === code).length] as const,
    );
    assert.deepEqual(
      counts.filter(([, count]) => count !== 1),
      [],
    );
  });

  it('has no heading for a code that does not exist', () => {
    const codes = headings.filter((heading) => /^[A-Z]+(?:_[A-Z]+)+$/.test(heading));
    assert.deepEqual(
      codes.filter((code) => !Object.hasOwn(remedies, code)),
      [],
    );
  });

  it('gives an example, a cause, a check and a fix for each code', () => {
    const sections = troubleshooting.split(/^### /m).slice(1);
    assert.equal(sections.length, Object.keys(remedies).length);
    for (const section of sections) {
      for (const part of ['\n> ', '\n- **Cause:** ', '\n- **Check:** ', '\n- **Fix:** ']) {
        assert.ok(section.includes(part), `${section.split('\n', 1)[0] ?? ''}:${part}`);
      }
    }
  });
});

describe('docs/sign-in.md', () => {
  const page = read('docs/sign-in.md');
  const task = JSON.parse(read('tasks/EntraSignIn/EntraSignInV1/task.json')) as {
    readonly inputs: readonly {
      readonly name: string;
      readonly defaultValue?: string;
      readonly options?: Readonly<Record<string, string>>;
    }[];
  };

  it('names every input, and every tool with its variables', () => {
    const [, section = ''] = /^## Inputs\n([^]*?)^## /m.exec(page) ?? [];
    for (const { name } of task.inputs) assert.ok(section.includes(`**\`${name}\`**`), name);
    const input = task.inputs.find(({ name }) => name === 'tools');
    assert.deepEqual(
      Object.keys(input?.options ?? {}).toSorted(),
      tools.map(({ name }) => name).toSorted(),
    );
    assert.ok(section.includes(`Default: \`${input?.defaultValue ?? '?'}\``));
    const rows = readTable(page, 'Variables it sets').map(([name]) => toCode(name));
    assert.deepEqual(rows.toSorted(), tools.map(({ name }) => name).toSorted());
  });

  it('shows every option of entra-token', () => {
    const [, section = ''] = /^## The command `entra-token`\n([^]*?)^## /m.exec(page) ?? [];
    for (const [option] of usage.matchAll(/--[a-z-]+/g)) {
      if (option === '--help' || option === '--version') continue;
      assert.ok(section.includes(option), option);
    }
  });
});

describe('README.md', () => {
  it('begins with the smallest pipeline', () => {
    const [first = ''] = toYamlBlocks(readme);
    assert.equal(findSteps(parseDocument(first).toJS()).length, 1);
  });

  it('lists the inputs of task.json in their order, with their aliases and defaults', () => {
    const [, section = ''] = /^## Inputs\n([^]*?)^## /m.exec(readme) ?? [];
    const listed = [...section.matchAll(/^- \*\*`(\w+)`\*\*: (.+)$/gm)].map(
      ([, name, text = '']) => ({
        name,
        aliases: [...text.matchAll(/Alias: `(\w+)`/g)].map(([, alias]) => alias),
        // Where the task has no default of its own, nothing stands here.
        defaultValue: /Default: `(\w+)`/.exec(text)?.[1] ?? '',
      }),
    );
    assert.deepEqual(
      listed,
      inputs.map(({ name, aliases = [], defaultValue = '' }) => ({ name, aliases, defaultValue })),
    );
  });

  it('groups the inputs as the classic editor does', () => {
    const [, section = ''] = /^## Inputs\n([^]*?)^## /m.exec(readme) ?? [];
    const headings = [...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(
      headings,
      groups.map(({ displayName }) => displayName),
    );
  });

  it('lists the variables that the task sets', () => {
    const rows = readTable(readme, 'Variables it sets').map(([name, value = '']) => [
      toCode(name),
      value.includes('secret'),
    ]);
    assert.deepEqual(rows, [
      ['EntraToken', true],
      ...companions.map((companion) => [`EntraToken.${companion}`, false]),
    ]);
  });

  it('lists each preset with its name in the editor', () => {
    const { options = {} } = inputs.find(({ name }) => name === 'resource') ?? {};
    const rows = readTable(readme, 'Presets').map(([preset, name]) => [toCode(preset), name]);
    assert.deepEqual(rows, Object.entries(options));
  });
});

describe('docs/presets.md', () => {
  const page = read('docs/presets.md');

  it('lists each preset with its resource in each cloud', () => {
    const names = Object.keys(clouds) as Cloud[];
    const rows = readTable(`\n#${page}`, 'Presets').map(([preset, ...cells]) => [
      toCode(preset),
      ...cells.map((cell) => (cell === '–' ? undefined : toCode(cell))),
    ]);
    assert.deepEqual(
      rows,
      Object.entries(presets).map(([preset, ids]) => {
        const byCloud: Partial<Record<Cloud, string>> = ids;
        return [preset, ...names.map((name) => byCloud[name])];
      }),
    );
    const columns = /^\| Preset .*$/m.exec(page)?.[0].match(/`[^`]+`/g) ?? [];
    assert.deepEqual(columns.map(toCode), names);
  });
});

for (const document of listDocuments()) {
  describe(`Links and YAML of ${document}`, () => {
    const text = read(document);

    it('lead only to files and headings that exist', () => {
      const faults = toRelativeLinks(text).map((target) => toLinkFault(document, target));
      assert.deepEqual(
        faults.filter((fault) => fault !== undefined),
        [],
      );
    });

    it('parse', () => {
      for (const block of toYamlBlocks(text)) {
        assert.deepEqual(parseDocument(block).errors, [], block);
      }
    });
  });
}
