import assert from 'node:assert/strict';
import {
  isCommandAllowed,
  isVariableSettable,
  toRestrictions,
} from '../../local/agent/restrictions.ts';

describe('isCommandAllowed', () => {
  const restricted = toRestrictions({ commands: 'restricted' });

  it('lets everything through without restrictions', () => {
    assert.equal(isCommandAllowed([{}], 'task', 'uploadfile'), true);
  });

  it('lets the harmless commands through, and no others, when one set is restricted', () => {
    const commands = ['setvariable', 'setsecret', 'issue', 'uploadfile', 'setendpoint'];
    assert.deepEqual(
      commands.map((event) => isCommandAllowed([{}, restricted], 'task', event)),
      [true, true, true, false, false],
    );
    assert.equal(isCommandAllowed([restricted], 'telemetry', 'publish'), true);
    assert.equal(isCommandAllowed([restricted], 'artifact', 'upload'), false);
  });
});

describe('isVariableSettable', () => {
  const cases: readonly [string, readonly string[] | 'none' | undefined, boolean][] = [
    ['all without a list', undefined, true],
    ['none with an empty list', [], false],
    ['none with the word none', 'none', false],
    ['a name in any case', ['ENTRATOKEN'], true],
    ['a glob', ['other', 'Entra*'], true],
    ['a question mark', ['EntraToke?'], true],
    ['no other name', ['Entra', 'xEntra*', 'EntraToken.*', '[E]ntraToken'], false],
  ];
  for (const [what, settableVariables, expected] of cases) {
    it(`allows ${what}`, () => {
      const restrictions = toRestrictions(
        settableVariables === undefined ? {} : { settableVariables },
      );
      assert.equal(isVariableSettable([restrictions, {}], 'EntraToken'), expected);
    });
  }

  it('takes a list that is not there for an empty one', () => {
    assert.equal(isVariableSettable([{ settableVariables: {} }], 'x'), false);
  });
});
