import assert from 'node:assert/strict';
import { parseProxy } from '../../../../tasks/common/network/proxy.ts';
import { failsWith, thrownBy } from '../../fixtures.ts';

describe('parseProxy', () => {
  for (const [what, given, url, username, password] of [
    ['an address', ['http://proxy.example:8080'], 'http://proxy.example:8080/', '', ''],
    ['https, dropping the path', ['https://proxy.example/x?y'], 'https://proxy.example/', '', ''],
    ['credentials in the address', ['http://u:p@proxy:1'], 'http://proxy:1/', 'u', 'p'],
    ['encoded ones', ['http://do%5Cu:p%40%3A%25@proxy:1'], 'http://proxy:1/', 'do\\u', 'p@:%'],
    ['a bare "%"', ['http://u:100%@proxy:1'], 'http://proxy:1/', 'u', '100%'],
    [
      'credentials apart, as they are',
      ['http://proxy:1', 'u@x', 'p%41 ü'],
      'http://proxy:1/',
      'u@x',
      'p%41 ü',
    ],
    ['those apart over those in it', ['http://a:b@proxy:1', 'u', 'p'], 'http://proxy:1/', 'u', 'p'],
    ['a user name without a password', ['http://proxy:1', 'u'], 'http://proxy:1/', 'u', ''],
    ['an empty user name', ['http://a:b@proxy:1', '', ''], 'http://proxy:1/', 'a', 'b'],
  ] as const) {
    it(`takes ${what}`, () => {
      const [address, ...apart] = given;
      const proxy = parseProxy('HTTPS_PROXY', address, ...apart);
      assert.deepEqual({ ...proxy, url: proxy.url.href }, { url, username, password });
    });
  }

  for (const address of ['proxy', 'proxy:8080', 'socks5://proxy:1', 'file:///x', '', 'http://']) {
    it(`refuses "${address}" and says where it comes from`, () => {
      assert.throws(
        () => parseProxy('HTTPS_PROXY', address),
        failsWith('PROXY_INVALID', 'HTTPS_PROXY', `"${address}"`, 'http or https'),
      );
    });
  }

  for (const [address, character, written] of [
    ['http://CORP\\svc:hunter2@proxy:8080', '"\\"', '"%5C"'],
    ['http://svc:hunter@2@proxy:8080', '"@"', '"%40"'],
    ['http://svc:hunter#2@proxy:8080', '"#"', '"%23"'],
    ['http://svc:hunter/2@proxy:8080', '"/"', '"%2F"'],
    ['http://svc:hunter?2@proxy:8080', '"?"', '"%3F"'],
  ] as const) {
    it(`says how ${character} is written in credentials, and shows none`, () => {
      const error = thrownBy(() => parseProxy('HTTPS_PROXY', address));
      failsWith('PROXY_INVALID', '...@proxy:8080', character, written)(error);
      assert.doesNotMatch(String(error), /CORP|svc|hunter/);
    });
  }

  for (const address of [
    'socks5://user:hunter2@proxy:1',
    'socks5://user:hunter2\nhunter2@h@proxy:1',
  ]) {
    it(`shows no credentials of ${JSON.stringify(address)}`, () => {
      const error = thrownBy(() => parseProxy('HTTPS_PROXY', address));
      failsWith('PROXY_INVALID', '...@proxy:1')(error);
      assert.doesNotMatch(String(error), /user|hunter2/);
    });
  }
});
