import assert from 'node:assert/strict';
import { isBypassed, parseBypassList } from '../../../../tasks/common/network/bypass-list.ts';

const url = new URL('https://dev.azure.com/contoso/_apis?x=oidctoken');

describe('parseBypassList', () => {
  for (const [entry, isExempt] of [
    ['^https://dev\\.azure\\.com$', true],
    ['AZURE', true],
    ['oidctoken', false],
    ['/contoso', false],
    ['https://dev.azure.com/', false],
    ['example', false],
    ['  ', false],
  ] as const) {
    it(`${isExempt ? 'exempts' : 'does not exempt'} dev.azure.com by ${JSON.stringify(entry)}`, () => {
      assert.equal(isBypassed(url, parseBypassList(JSON.stringify([entry]))), isExempt);
    });
  }

  it('looks at a port that is not the usual one', () => {
    const list = parseBypassList('[":8443$"]');
    assert.equal(isBypassed(new URL('https://proxy.example:8443/x'), list), true);
    assert.equal(isBypassed(url, parseBypassList('[":443"]')), false);
  });

  it('skips what is no regular expression, and names it', () => {
    const list = parseBypassList('["*.corp.example","*","azure"]');
    assert.deepEqual(list.skipped, ['*.corp.example', '*']);
    assert.equal(isBypassed(url, list), true);
  });

  for (const json of ['{}', 'azure', '']) {
    it(`exempts nothing by ${JSON.stringify(json)}, which is no list`, () => {
      assert.equal(isBypassed(url, parseBypassList(json)), false);
    });
  }
});
