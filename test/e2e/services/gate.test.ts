import assert from 'node:assert/strict';
import { send } from '../../local/client.ts';
import type { Access } from '../../local/services/organization.ts';
import { azureDevOpsAppId } from '../../local/services/resource-catalog.ts';
import {
  accessTokenOf,
  bearer,
  connectionNamed,
  expiredToken,
  newConnection,
  projectsUrl,
  useLocalServices,
  world,
} from './local-services.ts';

describe('the local services: the gate', () => {
  useLocalServices();

  const cases: readonly [Access | undefined, number, RegExp][] = [
    ['basic', 200, /"count":/],
    [undefined, 401, /TF400813: The user '[0-9a-f-]{36}' is not authorized/],
    ['sign-in-once', 401, /TF401444: .*sign-in at least once as [^ ]+ in a web browser/],
    ['not-materialized', 401, /Identity [0-9a-f-]{36} has not been materialized/],
    ['conditional-access', 401, /VS403463: The conditional access policy/],
    ['no-licence', 403, /TF50309/],
  ];
  for (const [access, status, says] of cases) {
    it(`answers ${String(status)} to access "${access ?? 'none'}"`, async () => {
      const { name, connection } = await newConnection();
      const token = await accessTokenOf(connection);
      world.azureDevOps.setAccess(name, access);
      const answer = await send(world, projectsUrl, bearer(token));
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.text, says);
    });
  }

  it('takes the token as the password of any user, too', async () => {
    const token = await accessTokenOf(connectionNamed('contoso-azure'));
    for (const user of ['', 'any', 'OAuth']) {
      const pair = Buffer.from(`${user}:${token}`).toString('base64');
      const headers = { authorization: `Basic ${pair}` };
      assert.equal((await send(world, projectsUrl, { headers })).status, 200);
    }
  });

  it('refuses expired, foreign and forged tokens alike', async () => {
    const { connection } = world.behind('contoso-azure');
    const expired = await expiredToken(azureDevOpsAppId);
    const good = await accessTokenOf(connection);
    const foreign = await accessTokenOf(connection, 'https://management.azure.com');
    const forged = `${good.slice(0, -6)}AAAAAA`;
    for (const token of [expired, foreign, forged, 'x']) {
      const answer = await send(world, projectsUrl, bearer(token));
      assert.equal(answer.status, 401);
      assert.match(answer.text, /TF400813: The user 'aaaaaaaa-/);
    }
  });

  it('names its own tenant to a token of another one', async () => {
    const { tenant } = world.behind('contoso-azure');
    const token = await accessTokenOf(connectionNamed('contoso-azure'));
    // Membership under the same object id does not help: the tenant decides.
    world.azureDevOps.setAccess('contoso-azure', 'basic', 'fabrikam');
    const answer = await send(
      world,
      'https://dev.azure.com/fabrikam/_apis/projects',
      bearer(token),
    );
    assert.equal(answer.status, 401);
    const named = String(answer.headers['www-authenticate']);
    const own = world.directory.findTenant('fabrikam.example');
    assert.ok(
      named.includes(`authorization_uri=https://login.microsoftonline.com/${own?.id ?? ''}`),
    );
    assert.equal(answer.headers['x-vss-resourcetenant'], own?.id);
    assert.equal(named.includes(tenant.id), false);
  });

  it('sends who comes without a token to sign in', async () => {
    const answer = await send(world, projectsUrl);
    assert.equal(answer.status, 302);
    assert.match(String(answer.headers['location']), /_signin/);
    assert.match((await send(world, String(answer.headers['location']))).text, /Sign In/);
  });

  it('knows an anonymous identity when connectionData lets it in', async () => {
    const { name, connection } = await newConnection();
    world.azureDevOps.setAccess(name, 'anonymous');
    const token = await accessTokenOf(connection);
    const answer = await send(
      world,
      'https://dev.azure.com/contoso/_apis/connectionData',
      bearer(token),
    );
    assert.equal(answer.status, 200);
    assert.match(answer.text, /"id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"/);
  });

  it('does not know an organisation that is not there', async () => {
    const answer = await send(world, 'https://dev.azure.com/nobody/_apis/projects');
    assert.equal(answer.status, 404);
  });
});
