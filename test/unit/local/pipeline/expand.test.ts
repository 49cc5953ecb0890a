import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readGivenParameters, readYaml } from '../../../local/pipeline/read-yaml.ts';
import { toValue } from '../../../local/pipeline/source-node.ts';
import { cacheFolder } from '../../../local/repository.ts';

let folder: string;

async function read(content: string, given: readonly string[] = []): Promise<unknown> {
  const path = join(folder, 'file.yml');
  await writeFile(path, content);
  return toValue(readYaml(path, { parameters: readGivenParameters(given) }).node);
}

describe('a pipeline file, expanded', () => {
  before(async () => {
    await mkdir(join(cacheFolder, 'test'), { recursive: true });
    folder = await mkdtemp(join(cacheFolder, 'test', 'expand-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  const parameters = `parameters:
  - { name: kind, type: string, default: arm, values: [arm, devops] }
  - { name: verify, type: boolean, default: false }
  - { name: images, type: object, default: [ubuntu, macOS] }
  - { name: extra, type: stepList, default: [] }
`;

  it('takes the branch that is true, in maps and in lists', async () => {
    const file = `${parameters}inputs:
  \${{ if eq(parameters.kind, 'arm') }}:
    one: 1
  \${{ elseif eq(parameters.kind, 'devops') }}:
    two: 2
  \${{ else }}:
    three: 3
  verify: \${{ parameters.verify }}
steps:
  - \${{ if parameters.verify }}:
      - bash: verify
  - \${{ else }}:
      - bash: trust
  - bash: last
`;
    assert.deepEqual(await read(file), {
      inputs: { one: 1, verify: false },
      steps: [{ bash: 'trust' }, { bash: 'last' }],
    });
    assert.deepEqual(await read(file, ['kind=devops', 'Verify=true']), {
      inputs: { two: 2, verify: true },
      steps: [{ bash: 'verify' }, { bash: 'last' }],
    });
  });

  it('repeats for each member, and writes expressions into texts and keys', async () => {
    assert.deepEqual(
      await read(
        `${parameters}jobs:
  - \${{ each image in parameters.images }}:
      - job: \${{ replace(image, 'u', 'U') }}
        \${{ upper('pool') }}: on \${{ image }}, \${{ length(parameters.images) }}
map:
  \${{ each pair in parameters.given }}:
    x-\${{ pair.key }}: \${{ pair.value }}
`.replace('jobs:', '  - { name: given, type: object, default: { a: 1, b: x } }\njobs:'),
      ),
      {
        jobs: [
          { job: 'UbUntU', POOL: 'on ubuntu, 2' },
          { job: 'macOS', POOL: 'on macOS, 2' },
        ],
        map: { 'x-a': 1, 'x-b': 'x' },
      },
    );
  });

  it('puts a list in the place of its expression, and a map by insert', async () => {
    assert.deepEqual(
      await read(
        `${parameters}  - { name: env, type: object, default: { A: a } }
steps:
  - \${{ parameters.extra }}
  - bash: b
    env:
      \${{ insert }}: \${{ parameters.env }}
      B: b
`,
        ['extra=[{ bash: given }]'],
      ),
      { steps: [{ bash: 'given' }, { bash: 'b', env: { A: 'a', B: 'b' } }] },
    );
  });

  it('knows the variables that stand beside', async () => {
    assert.deepEqual(
      await read(`variables:
  - { name: a.b, value: x }
jobs:
  - variables: { c: y }
    text: \${{ variables['a.b'] }}\${{ variables.c }}\${{ variables.d }}
`),
      {
        variables: [{ name: 'a.b', value: 'x' }],
        jobs: [{ variables: { c: 'y' }, text: 'xy' }],
      },
    );
  });

  for (const [what, content, given, message] of [
    [
      'a value that is not allowed',
      parameters,
      ['kind=azure'],
      /--parameter kind: 'azure' is not allowed for the parameter 'kind'; allowed are: arm, devops\./,
    ],
    [
      'a value of another type',
      parameters,
      ['verify=yes'],
      /--parameter verify: 'yes' is no boolean/,
    ],
    ['a list where a text is due', parameters, ['kind=[a]'], /is a string, not a list/],
    [
      'a parameter that is not declared',
      parameters,
      ['imagse=[a]'],
      /There is no parameter 'imagse'\. Did you mean 'images'\? Declared are: kind/,
    ],
    [
      'a parameter without a value',
      'parameters: [{ name: a }]\nsteps: []',
      [],
      /file\.yml:1: The parameter 'a' has no value and no default/,
    ],
    [
      'an unknown type',
      'parameters: [{ name: a, type: text }]\nsteps: []',
      [],
      /Unknown type 'text' of 'a'; known: string, number/,
    ],
    [
      'an else without an if',
      'a:\n  ${{ else }}:\n    b: c',
      [],
      /file\.yml:2: There is no 'if' before 'else'/,
    ],
    ['an each without a list', 'a:\n  ${{ each x of y }}:\n    b: c', [], /'each' is written as/],
    [
      'a list within a text',
      `${parameters}a: x \${{ parameters.images }}`,
      [],
      /is a list or a map, and stands within a text/,
    ],
    ['a text where entries are due', 'a:\n  ${{ if true }}: x', [], /A map is expected here/],
    ['an expression that is wrong', 'a: ${{ eq(1 }}', [], /file\.yml:1: \$\{\{ eq\(1 \}\}: /],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(read(content, given), message);
    });
  }
});
