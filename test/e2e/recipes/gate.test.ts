import assert from 'node:assert/strict';
import { signAccessToken } from '../../local/services/access-token.ts';
import { azureDevOpsAppId } from '../../local/services/resource-catalog.ts';
import { send } from '../../local/client.ts';
import { startWorld, type World } from '../../local/world.ts';

describe('The gate in front of git, the feeds and the Marketplace', () => {
  let world: World;
  const tokens: Record<string, string> = {};
  before(async () => {
    world = await startWorld();
    const { app, tenant } = world.behind('contoso-azure');
    const objectId = tenant.servicePrincipals.get(app.clientId) ?? '';
    const token = {
      app,
      tenant,
      objectId,
      resource: azureDevOpsAppId,
      expiresInSeconds: 3600,
    };
    tokens['good'] = await signAccessToken(token);
    tokens['expired'] = await signAccessToken({ ...token, expiresInSeconds: -1 });
    tokens['for another resource'] = await signAccessToken({
      ...token,
      resource: 'https://graph.microsoft.com',
    });
    tokens['of a stranger'] = await signAccessToken({ ...token, objectId: 'stranger' });
  });
  after(async () => world.close());

  const feed = 'https://pkgs.dev.azure.com/contoso/_packaging/widgets';
  const addresses = {
    REST: 'https://dev.azure.com/contoso/_apis/projects',
    git: 'https://dev.azure.com/contoso/Widgets/_git/widgets/info/refs?service=git-upload-pack',
    'REST in a project':
      'https://dev.azure.com/contoso/Widgets/_apis/wiki/wikis/x/pages?path=/Releases&api-version=7.1',
    'REST of repositories': 'https://dev.azure.com/contoso/_apis/git/repositories?api-version=7.1',
    npm: `${feed}/npm/registry/@contoso%2fgreeting`,
    PyPI: `${feed}/pypi/simple/contoso-greeting/`,
    Maven: `${feed}/maven/v1/com/contoso/parent/1.0.0/parent-1.0.0.pom`,
    NuGet: `${feed}/nuget/v3/index.json`,
    Cargo: `${feed}/Cargo/index/config.json`,
    Marketplace: 'https://marketplace.visualstudio.com/_apis/gallery',
  };
  for (const [name, address] of Object.entries(addresses)) {
    it(`lets only a valid token for Azure DevOps through to ${name}`, async () => {
      const method = name === 'Marketplace' ? 'OPTIONS' : 'GET';
      const statusOf = async (authorization: string): Promise<number> =>
        (await send(world, address, { method, headers: { authorization }, timeoutMs: 60_000 }))
          .status;
      for (const [kind, token] of Object.entries(tokens)) {
        const forms = ['', 'token', 'build@contoso.example'].map((user) => basic(user, token));
        for (const authorization of [`Bearer ${token}`, ...forms]) {
          const status = await statusOf(authorization);
          if (kind === 'good') {
            assert.equal(status, 200, authorization.slice(0, 12));
          } else assert.ok(status >= 300 && status < 500, `${kind}: ${status}`);
        }
      }
      const status = await statusOf('');
      assert.ok(status === 302 || status === 401, String(status));
    });
  }
});

function basic(user: string, token: string): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}
