import assert from 'node:assert/strict';
import type { Claims } from '../../../../tasks/common/assertion/claims.ts';
import {
  silencingVariable,
  toIssuerKind,
  toIssuerWarning,
} from '../../../../tasks/common/assertion/issuer.ts';
import {
  connectionId,
  createConnection,
  entraIssuer,
  entraSubject,
  oldIssuer,
} from '../../fixtures.ts';

describe('toIssuerKind', () => {
  for (const [issuer, kind] of [
    [oldIssuer, 'Azure DevOps issuer'],
    ['https://app.vstoken.visualstudio.com/x', 'Azure DevOps issuer'],
    [entraIssuer, 'Entra issuer'],
    ['https://login.microsoftonline.us/x/v2.0', 'Entra issuer'],
    ['https://login.partner.microsoftonline.cn/x/v2.0/', 'Entra issuer'],
    ['https://token.actions.githubusercontent.com', 'unknown issuer'],
    ['https://evil.example/https://vstoken.dev.azure.com/x', 'unknown issuer'],
    ['https://vstoken.dev.azure.com.evil.example/x', 'unknown issuer'],
    ['http://vstoken.dev.azure.com/x', 'unknown issuer'],
    ['', 'unknown issuer'],
    [undefined, 'unknown issuer'],
  ] as const) {
    it(`calls ${issuer ?? 'none'} ${kind}`, () => {
      assert.equal(toIssuerKind(issuer), kind);
    });
  }
});

const claims = (issuer: string, subject: string): Claims => ({
  issuer,
  subject,
  audience: undefined,
  issuedOn: undefined,
  expiresOn: undefined,
  tenantId: undefined,
  objectId: undefined,
});

describe('toIssuerWarning', () => {
  const old = claims(oldIssuer, 'sc://contoso/Project/My connection');

  it('names the connection, the date, the way out and the variable that silences it', () => {
    const warning = toIssuerWarning(old, createConnection()) ?? '';
    for (const part of [
      '"My connection"',
      connectionId,
      '2027-07-01',
      'Convert',
      'EntraToken.silenceIssuerWarning',
    ]) {
      assert.ok(warning.includes(part), part);
    }
    assert.equal(silencingVariable, 'EntraToken.silenceIssuerWarning');
  });

  it('names the id where the subject holds no name', () => {
    const warning = toIssuerWarning(claims(oldIssuer, 'p://x'), createConnection());
    assert.ok(warning?.includes(`"${connectionId}"`));
  });

  it('shows no logging command that a connection is named after', () => {
    const named = claims(oldIssuer, 'sc://o/p/x\n##vso[task.complete]y');
    assert.doesNotMatch(toIssuerWarning(named, createConnection()) ?? '', /##vso|\n/);
  });

  it('warns neither of the Entra issuer, nor in another cloud, nor without claims', () => {
    const authorityHost = 'https://login.microsoftonline.us';
    assert.equal(toIssuerWarning(claims(entraIssuer, entraSubject), createConnection()), undefined);
    assert.equal(toIssuerWarning(old, createConnection({ authorityHost })), undefined);
    assert.equal(toIssuerWarning(undefined, createConnection()), undefined);
  });
});
