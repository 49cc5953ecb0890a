import assert from 'node:assert/strict';
import { expandMacros } from '../../local/agent/macros.ts';
import { readOnlyVariables } from '../../local/agent/read-only-variables.ts';
import { Variables } from '../../local/agent/variables.ts';

describe('Variables', () => {
  it('ignores case and keeps the first name', () => {
    const variables = new Variables();
    variables.set('My.Name', '1');
    variables.set('my.name', '2');
    assert.equal(variables.value('MY.NAME'), '2');
    assert.deepEqual(
      [...variables.list()].map(({ name, value }) => [name, value]),
      [['My.Name', '2']],
    );
  });

  it('keeps what is secret secret, and registers the new value', () => {
    const registered: string[] = [];
    const variables = new Variables((value) => registered.push(value));
    variables.set('x', 'one', { secret: true });
    variables.set('x', 'two', { secret: false });
    assert.deepEqual(variables.get('x'), { value: 'two', secret: true, readOnly: false });
    assert.deepEqual(registered, ['one', 'two']);
  });

  it('keeps what is read-only read-only', () => {
    const variables = new Variables();
    variables.set('x', '1', { readOnly: true });
    variables.set('x', '2');
    assert.equal(variables.isReadOnly('X'), true);
  });

  it('protects names of the agent only once they exist', () => {
    const variables = new Variables();
    assert.equal(variables.isReadOnly('System.AccessToken'), false);
    variables.set('system.accessToken', 'x');
    assert.equal(variables.isReadOnly('System.AccessToken'), true);
  });

  it('does not protect the address of the OIDC endpoint', () => {
    assert.equal(readOnlyVariables.has('system.oidcrequesturi'), false);
    assert.equal(readOnlyVariables.has('system.teamfoundationserveruri'), true);
  });

  it('expands variables in variables, leaves circles, and passes secrecy on', () => {
    const variables = new Variables();
    variables.set('a', 'a$(b)');
    variables.set('b', 'b$(c)');
    variables.set('c', 'c', { secret: true });
    variables.set('circle', '<$(circle)>');
    assert.deepEqual(variables.get('a'), { value: 'abc', secret: true, readOnly: false });
    assert.equal(variables.value('circle'), '<$(circle)>');
  });
});

describe('expandMacros', () => {
  const values: Readonly<Record<string, string>> = { a: '1', b: '$(a)', 'c d': '2', empty: '' };
  const cases: readonly [string, string][] = [
    ['x$(A)y$(c d)', 'x1y2'],
    ['$(b)', '$(a)'],
    ['$(unknown)$(a)', '$(unknown)1'],
    ['$($(a))', '$(1)'],
    ['$()$(a', '$()$(a'],
    ['[$(empty)]', '[]'],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${expected} of ${text}`, () => {
      assert.equal(
        expandMacros(text, (name) => values[name.toLowerCase()]),
        expected,
      );
    });
  }
});
