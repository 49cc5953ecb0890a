import assert from 'node:assert/strict';
import { listOf, neutralise, quote } from '../../../../tasks/common/text/text.ts';
import { createJwt } from '../../fixtures.ts';

describe('neutralise', () => {
  for (const text of [
    "AADSTS700213: No matching federated identity record found for subject 'sc://a/b/c'.",
    'Prüfung, 日本語, emoji 🙂, 50 % of [these] # and ## signs',
    '99999999-2222-3333-4444-555555555555',
    '/eid1/c/pub/t/ERERESIiMzNERFVVVVVVVQ/a/qqqqqru7zMzd3e7u7u7u7g/sc/x',
  ]) {
    it(`leaves ${text} as it is`, () => {
      assert.equal(neutralise(text), text);
    });
  }

  for (const [what, text, expected] of [
    [
      'a logging command',
      'a ##vso[task.complete result=Succeeded]b',
      'a #_vso[task.complete result=Succeeded]b',
    ],
    ['one in capitals', '##VSO[x]', '#_VSO[x]'],
    ['a format command', '##[error]x', '#_[error]x'],
    ['one after a third #', '###[error]x', '##_[error]x'],
    ['one that escapes hide', '#\u001b[0m#\u001b[1;31mvso[x]', '#_vso[x]'],
    ['one on a line of its own', 'a\r\n##vso[x]', 'a #_vso[x]'],
    ['ANSI escapes', '\u001b[31mred\u001b[0m \u001b[2Jx\u001b[?25ly', 'red xy'],
    ['other escapes', 'a\u001b]0;title\u0007b\u009b31mc', 'a ]0;title b 31mc'],
    ['line breaks and tabs', ' a\n\r\n\tb\u2028c\u2029d\u0085e ', 'a b c d e'],
    ['NUL and backspace', 'a\u0000b\bc\u007fd', 'a b c d'],
    ['bidirectional marks', 'a\u202eb\u2066c\u200fd', 'a b c d'],
    ['invisible characters', 'a\u200bb\ufeffc\u00add', 'a b c d'],
    ['an unsigned token', 'x eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0. y', 'x (token removed) y'],
    ['the beginning of a token', 'x eyJhbGc', 'x (token removed)'],
    ['a token within a word', 'token=eyJhbGc.eyJz.c2ln&x', 'token=(token removed)&x'],
    ['a long secret', `x ${'aB3_'.repeat(12)} y`, 'x (removed) y'],
    ['nothing', '', ''],
  ] as const) {
    it(`makes ${what} harmless`, () => {
      assert.equal(neutralise(text), expected);
    });
  }

  it('shows no segment of a signed token', () => {
    const signature = 'AbCdEfGh0123456789_-'.repeat(17);
    const token = createJwt({ sub: 'x', padding: 'y'.repeat(50) }, signature);
    const shown = neutralise(`before ${token} after`);
    assert.equal(shown, 'before (token removed) after');
    // Also when only its last part is left.
    assert.equal(neutralise(`x .${signature} y`), 'x .(removed) y');
  });

  it('shows no more than 600 characters of a flood', () => {
    for (const flood of [
      'x '.repeat(5_000_000),
      'ü'.repeat(100_000),
      '\u001b[0m'.repeat(100_000),
    ]) {
      const shown = neutralise(flood);
      assert.ok(shown.length <= 604, String(shown.length));
    }
    assert.ok(neutralise('x '.repeat(1000)).endsWith(' ...'));
  });
});

describe('quote', () => {
  it('puts a value in double quotes, neutralised', () => {
    assert.equal(quote('a\n##vso[b]'), '"a #_vso[b]"');
    assert.equal(quote(''), '""');
  });

  it('shows at most 200 characters of it', () => {
    assert.equal(quote('x'.repeat(200)), `"${'x'.repeat(200)}"`);
    assert.equal(quote('x'.repeat(201)), `"${'x'.repeat(200)} ..."`);
  });
});

describe('listOf', () => {
  for (const [names, prose] of [
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ] as const) {
    it(`writes [${names.join(', ')}] as "${prose}"`, () => {
      assert.equal(listOf(names), prose);
    });
  }
});
