import assert from 'node:assert/strict';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { requestAccessToken, send } from '../../local/client.ts';
import { azureDevOpsAppId } from '../../local/services/resource-catalog.ts';
import {
  accessTokenOf,
  assertionOf,
  bearer,
  connectionNamed,
  job,
  newConnection,
  projectsUrl,
  useLocalServices,
  wif,
  world,
} from './local-services.ts';

describe('the local services: the way from a job to an access token', () => {
  useLocalServices();

  it('leads to the projects, in three requests', async () => {
    world.clearRequests();
    const token = await accessTokenOf(connectionNamed('contoso-azure'));
    const answer = await send(world, projectsUrl, bearer(token));
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json()['count'], 1);
    assert.deepEqual(
      world.requests.map(({ service, method, host, status, proxied }) => [
        service,
        method,
        host,
        status,
        proxied,
      ]),
      [
        ['azure-devops', 'POST', 'dev.azure.com', 200, true],
        ['entra', 'POST', 'login.microsoftonline.com', 200, true],
        ['azure-devops', 'GET', 'dev.azure.com', 200, true],
      ],
    );
  });

  for (const name of wif) {
    it(`gives ${name} a token of its own cloud`, async () => {
      const { connection, tenant, app } = world.behind(name);
      const resource =
        tenant.cloud === 'AzureCloud' ? azureDevOpsAppId : connection.url.replace(/\/$/, '');
      const token = await accessTokenOf(connection, resource);
      const claims = decodeJwt(token);
      assert.equal(claims.aud, resource);
      assert.equal(claims['tid'], tenant.id);
      assert.equal(claims['appid'], app.clientId);
      assert.equal(claims['oid'], tenant.servicePrincipals.get(app.clientId));
      assert.equal(claims['idtyp'], 'app');
      assert.ok(token.length >= 1500 && token.length <= 2100, String(token.length));
    });
  }

  it('signs assertions as the issuers do', async () => {
    const modern = await assertionOf(connectionNamed('contoso-azure'));
    const { parameters } = connectionNamed('contoso-azure').authorization;
    const claims = decodeJwt(modern);
    assert.equal(decodeProtectedHeader(modern).alg, 'RS256');
    assert.equal(claims.iss, parameters['workloadIdentityFederationIssuer']);
    assert.match(String(claims.iss), /^https:\/\/login\.microsoftonline\.com\/[^/]+\/v2\.0$/);
    assert.equal(claims.sub, parameters['workloadIdentityFederationSubject']);
    assert.match(
      String(claims.sub),
      /^\/eid1\/c\/pub\/t\/[\w-]{22}\/a\/rISbSSETf0KqFyZ8ppdXmA\/sc\//,
    );
    assert.equal(claims.aud, 'api://AzureADTokenExchange');
    assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 600);
    const old = decodeJwt(await assertionOf(connectionNamed('contoso-azure-old-issuer')));
    assert.equal(old.iss, `https://vstoken.dev.azure.com/${world.organizationId}`);
    assert.equal(old.sub, 'sc://contoso/Widgets/contoso-azure-old-issuer');
  });

  it('answers with a life of 60 to 90 minutes, or with the one that a test sets', async () => {
    const connection = connectionNamed('contoso-azure');
    const ask = async (): Promise<number> => {
      const answer = await requestAccessToken(world, connection, await assertionOf(connection));
      return Number(answer.json()['expires_in']);
    };
    const random = await ask();
    assert.ok(random >= 3600 && random < 5400, String(random));
    world.entra.expiresInSeconds = 1234;
    assert.equal(await ask(), 1234);
    world.entra.expiresInSeconds = undefined;
  });

  it('mints a late-bound idToken with the life asked for', async () => {
    const { connection } = await newConnection({ idToken: { lifetimeSeconds: 90 } });
    const token = connection.authorization.parameters['idToken'] ?? '';
    const { exp = 0, iat = 0 } = decodeJwt(token);
    assert.equal(exp - iat, 90);
    assert.equal((await requestAccessToken(world, connection, token)).status, 200);
  });

  it('remembers every secret it handed out', async () => {
    const connection = connectionNamed('contoso-azure');
    const assertion = await assertionOf(connection);
    const token = await accessTokenOf(connection);
    for (const secret of [assertion, token, job.accessToken]) {
      assert.ok(world.issued.all.includes(secret));
    }
  });
});
