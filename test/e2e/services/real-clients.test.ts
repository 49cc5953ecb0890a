import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { ClientAssertionCredential } from '@azure/identity';
import { BearerCredentialHandler } from 'azure-devops-node-api/handlers/bearertoken.js';
import { LocationsApi } from 'azure-devops-node-api/LocationsApi.js';
import { TaskApi } from 'azure-devops-node-api/TaskApi.js';
import { decodeJwt } from 'jose';
import { oidcRequestUri } from '../../local/client.ts';
import { azureDevOpsAppId } from '../../local/services/resource-catalog.ts';
import {
  accessTokenOf,
  assertionOf,
  connectionNamed,
  curl,
  job,
  newConnection,
  projectsUrl,
  proxyAgent,
  useLocalServices,
  world,
} from './local-services.ts';

describe('the local services: real clients', () => {
  useLocalServices();

  it('azure-devops-node-api gets an assertion and the connection data', async () => {
    const { connection, app } = world.behind('contoso-azure');
    const options = { proxy: { proxyUrl: world.proxy.url }, cert: { caFile: world.caFile } };
    const collection = 'https://dev.azure.com/contoso';
    world.clearRequests();
    const handler = new BearerCredentialHandler(job.accessToken, false);
    const tasks = new TaskApi(collection, [handler], options);
    const { oidcToken = '' } = await tasks.createOidcToken(
      {},
      job.projectId,
      job.hub,
      job.planId,
      job.jobId,
      connection.id,
    );
    assert.equal(decodeJwt(oidcToken).iss, world.behind('contoso-azure').federation.issuer);
    assert.deepEqual(
      world.requests.map(({ method, path }) => `${method} ${path}`),
      [
        'OPTIONS /contoso/_apis/distributedtask',
        `POST ${new URL(oidcRequestUri(job)).pathname}?serviceConnectionId=${connection.id}`,
      ],
    );

    const token = await accessTokenOf(connection);
    const locations = new LocationsApi(
      collection,
      [new BearerCredentialHandler(token, false)],
      options,
    );
    const data = await locations.getConnectionData();
    assert.equal(data.instanceId, world.organizationId);
    assert.match(String(data.authenticatedUser?.subjectDescriptor), /^aadsp\./);
    assert.equal(data.authenticatedUser?.providerDisplayName, app.clientId);
  });

  it('azure-devops-node-api shows the refusal in the service’s words', async () => {
    const { name, connection } = await newConnection();
    const token = await accessTokenOf(connection);
    world.azureDevOps.setAccess(name, undefined);
    const locations = new LocationsApi(
      'https://contoso.visualstudio.com/DefaultCollection',
      [new BearerCredentialHandler(token, false)],
      { proxy: { proxyUrl: world.proxy.url }, cert: { caFile: world.caFile } },
    );
    await assert.rejects(locations.getConnectionData(), { statusCode: 401, message: /TF400813/ });
  });

  for (const name of ['contoso-azure', 'fabrikam-government', 'fabrikam-china']) {
    it(`@azure/identity gets a token for ${name}, with one request to Entra`, async () => {
      const { connection, tenant, app } = world.behind(name);
      const assertion = await assertionOf(connection);
      world.clearRequests();
      const credential = new ClientAssertionCredential(
        tenant.id,
        app.clientId,
        () => Promise.resolve(assertion),
        {
          authorityHost: connection.data['activeDirectoryAuthority'] ?? '',
          // Not tlsOptions, which the library ignores behind a proxy.
          agent: proxyAgent(world),
        },
      );
      const { token } = await credential.getToken(`${connection.url}.default`);
      assert.equal(decodeJwt(token)['tid'], tenant.id);
      assert.equal(world.issued.accessTokens.at(-1), token);
      assert.deepEqual(
        world.requests.map(({ service, status }) => [service, status]),
        [['entra', 200]],
      );
    });
  }

  it('@azure/identity reports the refusal with its number', async () => {
    const { connection, tenant, app } = world.behind('contoso-azure');
    const assertion = await assertionOf(connection);
    world.entra.failNext({ code: 700213, times: 10 });
    const credential = new ClientAssertionCredential(
      tenant.id,
      app.clientId,
      () => Promise.resolve(assertion),
      {
        agent: proxyAgent(world),
        retryOptions: { maxRetries: 0 },
      },
    );
    await assert.rejects(credential.getToken('https://management.azure.com/.default'), {
      name: 'AuthenticationRequiredError',
      message: /AADSTS700213: No matching federated identity record found/,
    });
  });

  it('curl goes the whole way', async function () {
    if (spawnSync('curl', ['--version']).status !== 0) this.skip();
    const connection = connectionNamed('contoso-azure');
    const { parameters } = connection.authorization;
    const { oidcToken } = await curl(
      world,
      '-X',
      'POST',
      '-H',
      `Authorization: Bearer ${job.accessToken}`,
      '-H',
      'Content-Length: 0',
      `${oidcRequestUri(job)}?api-version=7.1&serviceConnectionId=${connection.id}`,
    );
    const fields = {
      grant_type: 'client_credentials',
      client_id: parameters['serviceprincipalid'] ?? '',
      scope: `${azureDevOpsAppId}/.default`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: String(oidcToken),
    };
    const { access_token: token } = await curl(
      world,
      '-d',
      new URLSearchParams(fields).toString(),
      `https://login.microsoftonline.com/${parameters['tenantid'] ?? ''}/oauth2/v2.0/token`,
    );
    const projects = await curl(world, '-u', `any:${String(token)}`, projectsUrl);
    assert.equal(projects['count'], 1);
  });
});
