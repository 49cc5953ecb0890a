import assert from 'node:assert/strict';
import {
  clouds,
  toCloud,
  toPreferredAuthority,
} from '../../../../tasks/common/service-connection/clouds.ts';

describe('clouds', () => {
  for (const [cloud, host, audience] of [
    ['AzureCloud', 'https://login.microsoftonline.com', 'api://AzureADTokenExchange'],
    ['AzureUSGovernment', 'https://login.microsoftonline.us', 'api://AzureADTokenExchangeUSGov'],
    [
      'AzureChinaCloud',
      'https://login.partner.microsoftonline.cn',
      'api://AzureADTokenExchangeChina',
    ],
  ] as const) {
    it(`signs in to ${cloud} at ${host} with the audience ${audience}`, () => {
      assert.equal(clouds[cloud].authorityHost, host);
      assert.equal(clouds[cloud].audience, audience);
    });
  }
});

describe('toCloud', () => {
  it('knows each cloud in any case', () => {
    for (const name of ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'] as const) {
      assert.equal(toCloud(name), name);
      assert.equal(toCloud(name.toLowerCase()), name);
      assert.equal(toCloud(name.toUpperCase()), name);
    }
  });

  it('knows no other', () => {
    for (const name of ['AzureStack', 'AzureGermanCloud', '', 'constructor', '__proto__']) {
      assert.equal(toCloud(name), undefined);
    }
  });
});

describe('toPreferredAuthority', () => {
  for (const [origin, preferred] of [
    ['https://login.windows.net', 'https://login.microsoftonline.com'],
    ['https://login.microsoft.com', 'https://login.microsoftonline.com'],
    ['https://sts.windows.net', 'https://login.microsoftonline.com'],
    ['https://login.usgovcloudapi.net', 'https://login.microsoftonline.us'],
    ['https://login.chinacloudapi.cn', 'https://login.partner.microsoftonline.cn'],
    ['https://login.microsoftonline.com', 'https://login.microsoftonline.com'],
    ['https://login.local.azurestack.external', 'https://login.local.azurestack.external'],
  ] as const) {
    it(`prefers ${preferred} for ${origin}`, () => {
      assert.equal(toPreferredAuthority(origin), preferred);
    });
  }
});
