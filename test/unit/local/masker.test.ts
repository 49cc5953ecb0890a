import assert from 'node:assert/strict';
import { registerInitialSecrets } from '../../local/agent/initial-secrets.ts';
import { Masker } from '../../local/agent/masker.ts';

function maskWith(secrets: readonly string[], text: string): string {
  const masker = new Masker();
  for (const secret of secrets) masker.add(secret);
  return masker.mask(text);
}

describe('Masker', () => {
  const cases: readonly [string, readonly string[], string, string][] = [
    ['every occurrence', ['abc'], 'abc-abc', '***-***'],
    ['nothing for an empty value', [''], 'abc', 'abc'],
    ['exact case only', ['abc'], 'ABC', 'ABC'],
    ['overlapping occurrences of one value', ['aba'], 'xababax', 'x***x'],
    ['overlapping values', ['abc', 'cde'], 'abcde', '***'],
    ['adjacent values as one', ['abc', 'def'], 'abcdefg', '***g'],
    ['a value inside of another', ['b', 'abc'], 'abcb', '***'],
    ['the JSON form', ['a"b\n\u2028'], '{"k":"a\\"b\\n\\u2028"}', '{"k":"***"}'],
    ['the URL form', ["a b!'()*/é"], 'x=a%20b%21%27%28%29%2A%2F%C3%A9', 'x=***'],
    ['the form without backslashes', ["a\\\\b\\'c\\td"], "a\\b'c\td", '***'],
    ['the password of an URL alone', [], 'https://user:pass@host/', 'https://user:***@host/'],
    ['an escaped password', [], '//u:p%20%AZP2541:x@h', '//u:***@h'],
    ['no URL without a password', [], 'https://user@host:8080/a@b', 'https://user@host:8080/a@b'],
    ['no part of a value', ['header.payload.signature'], 'header.payload', 'header.payload'],
  ];
  for (const [what, secrets, text, expected] of cases) {
    it(`masks ${what}`, () => assert.equal(maskWith(secrets, text), expected));
  }

  it('is fast enough for tokens', () => {
    const tokens = Array.from({ length: 50 }, (_, index) => `${index}`.repeat(2048));
    const masker = new Masker();
    for (const token of tokens) masker.add(token);
    const startedAt = performance.now();
    for (let line = 0; line < 200; line += 1) masker.mask(`x ${tokens[line % 50]} y`);
    assert.ok(performance.now() - startedAt < 2000);
  });
});

describe('registerInitialSecrets', () => {
  const masker = new Masker();
  registerInitialSecrets(
    masker,
    [
      { name: 'quoted', value: ' "in%quotes"\n', secret: true },
      { name: 'open', value: 'open value' },
      { name: 'blank', value: ' ', secret: true },
    ],
    [
      {
        url: 'https://example.com/',
        authorization: {
          scheme: 'X',
          parameters: { TenantId: 'the-tenant', serviceprincipalid: 'the-client' },
        },
        data: { environment: 'the-data' },
      },
    ],
  );
  const cases: readonly [string, string, string][] = [
    ['a secret variable', ' "in%quotes"\n', '***'],
    ['its value without surrounding white space', '"in%quotes"', '***'],
    ['its escaped form', ' "in%AZP25quotes"%0A', '***'],
    ['its base64', Buffer.from(' "in%quotes"\n').toString('base64'), '***'],
    ['no other variable', 'open value', 'open value'],
    ['an authorization parameter', 'the-client', '***'],
    ['no tenant and no data', 'the-tenant the-data', 'the-tenant the-data'],
  ];
  for (const [what, text, expected] of cases) {
    it(`masks ${what}`, () => assert.equal(masker.mask(text), expected));
  }
});
