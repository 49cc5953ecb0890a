import assert from 'node:assert/strict';
import { evaluate } from '../../../local/expressions/evaluate.ts';
import type { Value } from '../../../local/expressions/value.ts';

const names: Record<string, Value> = {
  parameters: { verify: true, count: 3, name: 'Widgets', images: ['ubuntu', 'macOS'], none: '' },
  variables: { 'Build.Reason': 'PullRequest' },
};
const context = { names, strict: new Set(['parameters']) };

describe('an expression', () => {
  const cases: readonly [string, Value][] = [
    ["'it''s'", "it's"],
    ['-1.5', -1.5],
    ['1.2.3', '1.2.3'],
    ['True', true],
    ['null', null],
    ['parameters.verify', true],
    ['Parameters.VERIFY', true],
    ["variables['build.reason']", 'PullRequest'],
    ["variables['nothing']", null],
    ['parameters.images[1]', 'macOS'],
    ["eq(parameters.name, 'widgets')", true],
    ["eq(parameters.verify, 'false')", true],
    ["eq(parameters.count, '3')", true],
    ["eq('x', parameters.images)", false],
    ['ne(1, 2)', true],
    ['gt(parameters.count, 2)', true],
    ['le(3, 3)', true],
    ["lt('a', 'B')", true],
    ["gt(1, 'soon')", false],
    ["and(true, 1, 'x')", true],
    ["or(false, '', 0)", false],
    ['xor(true, false)', true],
    ['not(parameters.none)', true],
    ["in('b', 'A', 'B')", true],
    ["notIn('b', 'A', 'B')", false],
    ["contains(parameters.name, 'GET')", true],
    ["startsWith('refs/heads/main', 'refs/heads')", true],
    ["endsWith('main', 'x')", false],
    ["containsValue(parameters.images, 'UBUNTU')", true],
    ["iif(parameters.verify, 'a', 'b')", 'a'],
    ["coalesce(parameters.none, null, 'x')", 'x'],
    ["format('{0}-{{1}}-{1}', 'a', 2)", 'a-{1}-2'],
    ["join(';', parameters.images)", 'ubuntu;macOS'],
    ["split('a,b', ',')", ['a', 'b']],
    ['length(parameters.images)', 2],
    ["lower('A')", 'a'],
    ["upper('a')", 'A'],
    ["trim(' a ')", 'a'],
    ["replace('a-b-c', '-', '_')", 'a_b_c'],
    ['convertToJson(parameters.images)', '[\n  "ubuntu",\n  "macOS"\n]'],
  ];
  for (const [text, expected] of cases) {
    it(`${text} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(evaluate(text, context), expected);
    });
  }

  for (const [text, message] of [
    ['parameters.verfy', /There is no 'verfy' in parameters; known: verify, count/],
    ['count()', /The function 'count' is not known here; known: and, coalesce/],
    ["counter('x', 1)", /The local agent does not support the function 'counter'/],
    ['steps.x', /The name 'steps' is not known here; known: parameters, variables/],
    ['eq(1)', /The function 'eq' takes 2 arguments, not 1/],
    ['and(true)', /takes 2 or more arguments/],
    ['eq(1, 2', /'\)' is expected|',' is expected/],
    ['1 2', /'2' is not expected in '1 2'/],
    ['a $ b', /'\$ b' is not expected/],
    ['', /ends too early/],
    ['parameters.', /A name is expected/],
  ] as const) {
    it(`${text === '' ? 'of nothing' : text} is refused`, () => {
      assert.throws(() => evaluate(text, context), message);
    });
  }
});
