import assert from 'node:assert/strict';
import { send } from '../../local/client.ts';
import {
  accessTokenOf,
  bearer,
  connectionNamed,
  expiredToken,
  useLocalServices,
  world,
} from './local-services.ts';

describe('the local services: the Azure resources', () => {
  useLocalServices();

  const resources: readonly {
    readonly url: string;
    readonly audience: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly says: RegExp;
    readonly refusesWith: RegExp;
  }[] = [
    {
      url: 'https://graph.microsoft.com/v1.0/organization',
      audience: 'https://graph.microsoft.com',
      says: /"displayName":"contoso"/,
      refusesWith: /"code":"InvalidAuthenticationToken".*Invalid audience/,
    },
    {
      url: 'https://management.azure.com/subscriptions?api-version=2022-12-01',
      audience: 'https://management.core.windows.net/',
      says: /"displayName":"contoso production"/,
      refusesWith:
        /"code":"InvalidAuthenticationTokenAudience".*'https:\/\/management\.core\.windows\.net\/'/,
    },
    {
      url: 'https://contoso.vault.azure.net/secrets/greeting?api-version=7.4',
      audience: 'https://vault.azure.net',
      says: /Hello from Key Vault/,
      refusesWith: /AKV10022: Invalid audience/,
    },
    {
      url: 'https://contoso.blob.core.windows.net/public/hello.txt',
      audience: 'https://storage.azure.com',
      headers: { 'x-ms-version': '2021-12-02' },
      says: /Hello from Storage/,
      refusesWith: /<Code>InvalidAuthenticationInfo<\/Code>/,
    },
  ];
  it('say that a token expired, where the real one does', async () => {
    const cases = [
      ['https://management.azure.com', '/subscriptions', /ExpiredAuthenticationToken/],
      ['https://graph.microsoft.com', '/v1.0/organization', /token is expired/],
    ] as const;
    for (const [host, path, says] of cases) {
      const answer = await send(world, host + path, bearer(await expiredToken(host)));
      assert.equal(answer.status, 401);
      assert.match(answer.text, says);
    }
  });

  for (const { url, audience, headers, says, refusesWith } of resources) {
    it(`${new URL(url).host} takes a token of its own and no other`, async () => {
      const connection = connectionNamed('contoso-azure');
      const good = await accessTokenOf(connection, audience);
      const answer = await send(world, url, {
        headers: { ...headers, authorization: `Bearer ${good}` },
      });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, says);
      const foreign = await accessTokenOf(connection);
      const refused = await send(world, url, {
        headers: { ...headers, authorization: `Bearer ${foreign}` },
      });
      assert.equal(refused.status, 401);
      assert.match(refused.text, refusesWith);
      assert.equal((await send(world, url, headers ? { headers } : {})).status, 401);
    });
  }
});
