import assert from 'node:assert/strict';
import {
  parseCredentialRequest,
  toCredential,
} from '../../../../tasks/EntraSignIn/EntraSignInV1/src/command/git-credential.ts';

describe('the credential for git', () => {
  const expiresOn = Date.parse('2026-12-01T10:00:00.900Z');

  it('keeps the user name that git has, and else has one of its own', () => {
    const request = parseCredentialRequest(
      'protocol=https\nhost=dev.azure.com\nusername=contoso\n\n',
    );
    assert.equal(
      toCredential(request, 'token', expiresOn),
      'username=contoso\npassword=token\npassword_expiry_utc=1796119200\n',
    );
    assert.match(toCredential(new Map(), 'token', expiresOn), /^username=EntraToken\n/);
    assert.match(
      toCredential(new Map([['username', '']]), 'token', expiresOn),
      /^username=EntraToken\n/,
    );
  });

  it('reads values with an equals sign in them, lines of Windows, and no more than one request', () => {
    const request = parseCredentialRequest(
      'protocol=https\r\npath=a=b\r\nwwwauth[]=Basic\r\n\r\nhost=x',
    );
    assert.deepEqual(
      [...request],
      [
        ['protocol', 'https'],
        ['path', 'a=b'],
        ['wwwauth[]', 'Basic'],
      ],
    );
  });
});
