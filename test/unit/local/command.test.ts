import assert from 'node:assert/strict';
import { escapeCommand, parseCommand, unescapeCommand } from '../../local/agent/command.ts';

describe('parseCommand', () => {
  const cases: readonly [string, string, Readonly<Record<string, string>>, string][] = [
    ['a property and data', '##vso[area.event k1=v1;]msg', { k1: 'v1' }, 'msg'],
    ['neither', '##vso[area.event]', {}, ''],
    [
      'escapes in both, and %25 as it is',
      '##vso[area.event k1=%3B=%0D=%0A=%5D%AZP25;]%3B-%0D-%0A-%5D%AZP253B%25',
      { k1: ';=\r=\n=]%' },
      ';-\r-\n-]%3B%25',
    ],
    ['properties without a value, which do not count', '##vso[area.event k1=;k2=;]', {}, ''],
    ['text before it, which is lost', '>>>   ##vso[area.event k1=v1;]msg', { k1: 'v1' }, 'msg'],
    ['any case', '##vso[AREA.Event K1=V1]Data', { k1: 'V1' }, 'Data'],
    [
      'a key with a space in front',
      '##vso[area.event k1=v1; k2=v2]',
      { k1: 'v1', ' k2': 'v2' },
      '',
    ],
    ['the last of two values', '##vso[area.event k=1;K=2]', { k: '2' }, ''],
    ['a value with equals signs', '##vso[area.event k=a=b=]', { k: 'a=b=' }, ''],
    ['data with a bracket', '##vso[area.event]a]b', {}, 'a]b'],
    ['empty parts of the name', '##vso[.area..event.]', {}, ''],
  ];
  for (const [what, line, properties, data] of cases) {
    it(`reads ${what}`, () => {
      const command = parseCommand(line);
      assert.deepEqual([command?.area, command?.event], ['area', 'event']);
      assert.deepEqual(Object.fromEntries(command?.properties ?? []), properties);
      assert.equal(command?.data, data);
    });
  }

  for (const line of [
    'text',
    '##vso[area.event',
    '##vso[area]',
    '##vso[a.b.c]',
    '##VSO[area.event]',
    '## vso[area.event]',
  ]) {
    it(`finds no command in ${line}`, () => assert.equal(parseCommand(line), undefined));
  }
});

describe('escapeCommand', () => {
  it('is undone by unescapeCommand', () => {
    const text = 'a;b]c\r\nd%e%3Bf%AZP25g';
    assert.equal(escapeCommand(text), 'a%3Bb%5Dc%0D%0Ad%AZP25e%AZP253Bf%AZP25AZP25g');
    assert.equal(unescapeCommand(escapeCommand(text)), text);
  });
});
