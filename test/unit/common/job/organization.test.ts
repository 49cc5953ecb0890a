import assert from 'node:assert/strict';
import {
  isWithin,
  parseOrganization,
  toOrganization,
} from '../../../../tasks/common/job/organization.ts';
import { failsWith, organizationAt } from '../../fixtures.ts';

const spellings = [
  'https://dev.azure.com/contoso',
  'https://dev.azure.com/contoso/',
  'https://dev.azure.com:443/Contoso/project/_apis',
  'https://DEV.AZURE.COM/CONTOSO/',
  'https://vsrm.dev.azure.com/contoso/',
  'https://contoso.visualstudio.com/',
  'https://CONTOSO.visualstudio.com/DefaultCollection',
  'https://contoso.vsrm.visualstudio.com/',
  'https://dev.azure.com/other/../contoso/',
  'https://dev.azure.com/other/%2e%2e/contoso/',
];
const foreign = [
  'http://dev.azure.com/contoso',
  'http://contoso.visualstudio.com',
  'https://dev.azure.com/other',
  'https://dev.azure.com/contoso/../other',
  'https://dev.azure.com/contoso/%2e%2e/other',
  'https://dev.azure.com/contoso/%2E./other',
  'https://dev.azure.com/contoso%2f..%2fother',
  'https://dev.azure.com/contoso%00',
  'https://dev.azure.com/contoso.',
  'https://dev.azure.com/contoso2',
  'https://dev.azure.com/',
  'https://dev.azure.com',
  'https://dev.azure.com//contoso',
  'https://dev.azure.com:8443/contoso',
  'https://dev.azure.com./contoso',
  'https://user@dev.azure.com/contoso',
  'https://:secret@dev.azure.com/contoso',
  'https://dev.azure.com@evil.example/contoso',
  'https://dev.azure.com\\@evil.example/contoso',
  'https://evil.example/dev.azure.com/contoso',
  'https://evil.example/contoso',
  'https://dev.azure.com.evil.example/contoso',
  'https://evildev.azure.com/contoso',
  'https://xdev-azure.com/contoso',
  'https://vssps.dev.azure.com/contoso',
  'https://contoso.visualstudio.com.evil.example/',
  'https://contoso.visualstudio.com:444/',
  'https://contoso.visualstudio.com./',
  'https://contoso.evil.visualstudio.com/',
  'https://evil.contoso.visualstudio.com/',
  'https://contoso.vsrm.vsrm.visualstudio.com/',
  'https://other.visualstudio.com/contoso',
  'https://visualstudio.com/contoso',
  'https://contosovisualstudio.com/',
  'https://d\u0435v.azure.com/contoso',
  'ftp://dev.azure.com/contoso',
];

describe('toOrganization', () => {
  it('gives all addresses of an organisation one key', () => {
    const keys = new Set(spellings.map((address) => organizationAt(address).key));
    assert.equal(keys.size, 1, [...keys].join(', '));
  });

  for (const [address, url] of [
    ['https://vsrm.dev.azure.com/contoso/', 'https://dev.azure.com/contoso'],
    ['https://contoso.vsrm.visualstudio.com/x', 'https://contoso.visualstudio.com/'],
    ['https://dev.azure.com/contoso/project/_apis?x=1', 'https://dev.azure.com/contoso'],
    ['https://tfs.corp.example/tfs/Default/', 'https://tfs.corp.example/tfs/Default'],
  ] as const) {
    it(`calls ${address} at ${url}`, () => {
      assert.equal(organizationAt(address).url.href, url);
    });
  }

  it('knows no organisation at addresses without https, with credentials or without a name', () => {
    for (const address of [
      'http://dev.azure.com/contoso',
      'http://tfs.corp.example/tfs',
      'https://user@dev.azure.com/contoso',
      'https://user@tfs.corp.example/tfs',
      'https://:p@tfs.corp.example/tfs',
      'https://dev.azure.com/',
      'https://dev.azure.com/a_b/',
      'https://dev.azure.com/-a/',
      `https://dev.azure.com/${'a'.repeat(51)}/`,
      'https://vsrm.dev.azure.com/',
    ]) {
      assert.equal(toOrganization(new URL(address)), undefined, address);
    }
  });
});

describe('isWithin', () => {
  for (const home of ['https://dev.azure.com/contoso/', 'https://contoso.vsrm.visualstudio.com/']) {
    for (const address of spellings) {
      it(`counts ${address} to the organisation of ${home}`, () => {
        assert.equal(isWithin(new URL(address), organizationAt(home)), true);
      });
    }
    for (const address of foreign) {
      it(`does not count ${address} to the organisation of ${home}`, () => {
        assert.equal(isWithin(new URL(address), organizationAt(home)), false);
      });
    }
  }

  const collection = organizationAt('https://tfs.corp.example/tfs/Default/');
  for (const [address, expected] of [
    ['https://tfs.corp.example/tfs/Default', true],
    ['https://tfs.corp.example/tfs/default/project/_apis', true],
    ['https://TFS.corp.example:443/tfs/Default/p', true],
    ['https://tfs.corp.example/tfs/Default2', false],
    ['https://tfs.corp.example/tfs/', false],
    ['https://tfs.corp.example/tfs/Default/../Other', false],
    ['https://tfs.corp.example/tfs/Default/%2e%2e/Other', false],
    ['https://tfs.corp.example:8443/tfs/Default', false],
    ['https://tfs.corp.example./tfs/Default', false],
    ['https://u@tfs.corp.example/tfs/Default', false],
    ['http://tfs.corp.example/tfs/Default', false],
    ['https://tfs.corp.example.evil.example/tfs/Default', false],
    ['https://dev.azure.com/contoso', false],
  ] as const) {
    it(`answers ${String(expected)} for ${address} in a collection elsewhere`, () => {
      assert.equal(isWithin(new URL(address), collection), expected);
    });
  }
});

describe('parseOrganization', () => {
  const home = organizationAt('https://dev.azure.com/contoso/');
  const collection = organizationAt('https://tfs.corp.example/tfs/Default/');
  for (const [value, url] of [
    ['fabrikam', 'https://dev.azure.com/fabrikam'],
    ['Fabrikam-2', 'https://dev.azure.com/Fabrikam-2'],
    ['https://dev.azure.com/fabrikam', 'https://dev.azure.com/fabrikam'],
    ['https://dev.azure.com/fabrikam/project', 'https://dev.azure.com/fabrikam'],
    ['https://vsrm.dev.azure.com/fabrikam', 'https://dev.azure.com/fabrikam'],
    ['https://fabrikam.visualstudio.com/', 'https://fabrikam.visualstudio.com/'],
  ] as const) {
    it(`calls ${url} for ${value}`, () => {
      assert.equal(parseOrganization(value, home).href, url);
    });
  }

  it('calls the collection of the job for an address within it', () => {
    assert.equal(
      parseOrganization('https://tfs.corp.example/tfs/default/project', collection).href,
      collection.url.href,
    );
  });

  for (const value of [
    'https://evil.example/contoso',
    'https://tfs.corp.example/tfs/Default',
    'http://dev.azure.com/fabrikam',
    'https://user@dev.azure.com/fabrikam',
    'https://dev.azure.com:8443/fabrikam',
    'https://dev.azure.com./fabrikam',
    'https://dev.azure.com/',
    'https://dev.azure.com.evil.example/fabrikam',
    'dev.azure.com/fabrikam',
    'a b',
    'a_b',
    '-a',
    'a/../b',
    'javascript:alert(1)',
    'x'.repeat(51),
  ]) {
    it(`refuses ${value}`, () => {
      assert.throws(
        () => parseOrganization(value, home),
        failsWith('ORGANIZATION_INVALID', `"${value}"`, '"https://dev.azure.com/<name>"'),
      );
    });
  }
});
