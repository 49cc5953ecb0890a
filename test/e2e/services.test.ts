import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ClientAssertionCredential } from '@azure/identity';
import { BearerCredentialHandler } from 'azure-devops-node-api/handlers/bearertoken.js';
import { LocationsApi } from 'azure-devops-node-api/LocationsApi.js';
import { TaskApi } from 'azure-devops-node-api/TaskApi.js';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  oidcRequestUri,
  openTunnel,
  requestAccessToken,
  requestAssertion,
  send,
  type ClientAnswer,
  type TokenRequest,
} from '../local/client.ts';
import type { JobIdentity, ServiceConnection } from '../local/contract.ts';
import { signAccessToken } from '../local/services/access-token.ts';
import { aadsts } from '../local/services/aadsts.ts';
import type { Fault } from '../local/services/faults.ts';
import type { Access } from '../local/services/organization.ts';
import { commandInToken, readyFaults } from '../local/services/ready-faults.ts';
import { azureDevOpsAppId } from '../local/services/resource-catalog.ts';
import { startWorld, type NewConnection, type World } from '../local/world.ts';

const wif = [
  'contoso-azure',
  'contoso-azure-old-issuer',
  'contoso-devops',
  'fabrikam-government',
  'fabrikam-china',
];
const projectsUrl = 'https://dev.azure.com/contoso/_apis/projects';

describe('the local services', () => {
  let world: World;
  let job: JobIdentity;

  before(async () => {
    world = await startWorld();
    job = world.newJob();
  });
  afterEach(() => {
    world.faults.clear();
    world.entra.clearFailures();
    world.latency.ms = 0;
    world.azureDevOps.gate.signIn = 'redirect';
  });
  after(() => world.close());

  function connectionNamed(name: string): ServiceConnection {
    return world.behind(name).connection;
  }

  async function assertionOf(connection: ServiceConnection): Promise<string> {
    const answer = await requestAssertion(world, job, connection);
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json()['oidcToken']);
  }

  async function accessTokenOf(
    connection: ServiceConnection,
    resource: string = azureDevOpsAppId,
  ): Promise<string> {
    const answer = await requestAccessToken(world, connection, await assertionOf(connection), {
      form: { scope: `${resource}/.default` },
    });
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json()['access_token']);
  }

  /** Asks for an assertion with a fault in the way. */
  function met(fault: Fault, timeoutMs = 5000): Promise<ClientAnswer> {
    world.faults.next({ service: 'azure-devops', path: 'oidctoken', fault });
    return requestAssertion(world, job, connectionNamed('contoso-azure'), { timeoutMs });
  }

  function expiredToken(resource: string): Promise<string> {
    const { app, tenant } = world.behind('contoso-azure');
    const objectId = tenant.servicePrincipals.get(app.clientId) ?? '';
    return signAccessToken({ app, tenant, objectId, resource, expiresInSeconds: -10 });
  }

  /** A connection that only one test bends, and a job that references it. */
  async function newConnection(
    options: Partial<NewConnection> = {},
  ): Promise<{ name: string; connection: ServiceConnection }> {
    const name = options.name ?? `bent-${String(world.connections.length)}`;
    const connection = await world.addConnection({ ...options, name });
    job = world.newJob();
    return { name, connection };
  }

  describe('startWorld', () => {
    it('starts in less than a second and closes at once, with connections open', async () => {
      const begin = performance.now();
      const other = await startWorld();
      assert.ok(performance.now() - begin < 1000);
      other.faults.next({ times: 2, fault: { kind: 'hang' } });
      const hanging = [true, false].map((isDirect) =>
        send(other, projectsUrl, { isDirect }).catch((error: unknown) => error),
      );
      while (other.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      const end = performance.now();
      await other.close();
      assert.ok(performance.now() - end < 500);
      for (const outcome of await Promise.all(hanging)) {
        assert.ok(outcome instanceof Error && outcome.name !== 'AbortError');
      }
      assert.equal(existsSync(other.caFile), false);
    });

    it('keeps worlds apart: a token of one is unknown to another', async () => {
      const token = await accessTokenOf(connectionNamed('contoso-azure'));
      const other = await startWorld();
      try {
        const answer = await send(other, projectsUrl, bearer(token));
        assert.equal(answer.status, 401);
      } finally {
        await other.close();
      }
    });
  });

  describe('the way from a job to an access token', () => {
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

  describe('the OIDC endpoint', () => {
    for (const collection of [
      'https://dev.azure.com/contoso',
      'https://dev.azure.com/Contoso',
      'https://contoso.visualstudio.com',
      'https://contoso.visualstudio.com/DefaultCollection',
    ]) {
      it(`answers at ${collection}`, async () => {
        assert.equal((await ask({ collection })).status, 200);
      });
    }

    const refusals: readonly {
      readonly it: string;
      readonly ask: Ask;
      readonly status: number;
      readonly says: RegExp;
    }[] = [
      {
        it: 'is not there on the host of release management',
        ask: { collection: 'https://vsrm.dev.azure.com/contoso' },
        status: 404,
        says: /The controller for path/,
      },
      {
        it: 'is not there on the old host of release management either',
        ask: { collection: 'https://contoso.vsrm.visualstudio.com' },
        status: 404,
        says: /The controller for path/,
      },
      {
        it: 'refuses a request without api-version',
        ask: { query: {} },
        status: 400,
        says: /No api-version was supplied for the \\"POST\\" request/,
      },
      {
        it: 'refuses a version that it does not have',
        ask: { query: { 'api-version': '9.9' } },
        status: 400,
        says: /9\.9 is out of range for this server/,
      },
      {
        it: 'refuses a token that is no running job’s',
        ask: { token: 'stolen' },
        status: 401,
        says: /TF400813/,
      },
      { it: 'refuses Basic', ask: { isBasic: true }, status: 401, says: /TF400813/ },
      {
        it: 'sends a caller to sign in who does not suppress it',
        ask: { token: 'stolen', headers: { 'x-tfs-fedauthredirect': '' } },
        status: 302,
        says: /Object moved/,
      },
      { it: 'does not know another plan', ask: { planId: uuid(1) }, status: 404, says: /No plan/ },
      { it: 'does not know another job', ask: { jobId: uuid(1) }, status: 404, says: /No job/ },
      { it: 'does not know another hub', ask: { hub: 'release' }, status: 404, says: /task hub/ },
      {
        it: 'does not know another project',
        ask: { projectId: uuid(1) },
        status: 404,
        says: /VS800075/,
      },
      {
        it: 'refuses a connection that is not referenced, in the odd body',
        ask: { referencedConnections: [] },
        status: 400,
        says: /^\{"count":\d+,"value":"There is no explicit reference to service connection [0-9a-f-]{36} from current stage/,
      },
      {
        it: 'refuses a connection of another scheme',
        ask: { connection: 'contoso-azure-secret' },
        status: 400,
        says: /does not use the workload identity federation scheme/,
      },
      {
        it: 'refuses other methods',
        ask: { method: 'GET' },
        status: 405,
        says: /http method 'GET'/,
      },
    ];
    for (const refusal of refusals) {
      it(refusal.it, async () => {
        const answer = await ask(refusal.ask);
        assert.equal(answer.status, refusal.status, answer.text);
        assert.match(answer.text, refusal.says);
        assert.ok(answer.headers['x-vss-e2eid']);
        assert.ok(answer.headers['activityid']);
      });
    }

    it('counts the characters of the odd body, as the real one does', async () => {
      const answer = await ask({ referencedConnections: [] });
      const { count, value } = answer.json();
      assert.equal(count, String(value).length);
    });

    it('shows the sign-in page with 203 when told so', async () => {
      world.azureDevOps.gate.signIn = 'page';
      const answer = await ask({ token: 'stolen', headers: { 'x-tfs-fedauthredirect': '' } });
      assert.equal(answer.status, 203);
      assert.match(answer.text, /Sign In/);
    });

    it('writes errors with the members of the real body', async () => {
      const answer = await ask({ token: 'stolen' });
      assert.deepEqual(Object.keys(answer.json()), [
        '$id',
        'innerException',
        'message',
        'typeName',
        'typeKey',
        'errorCode',
        'eventId',
      ]);
      assert.match(
        String(answer.headers['www-authenticate']),
        new RegExp(
          `Bearer authorization_uri=https://login.microsoftonline.com/${world.behind('contoso-azure').tenant.id}`,
        ),
      );
    });

    it('forgets a job that ended', async () => {
      const ended = world.newJob();
      world.azureDevOps.endJob(ended);
      const answer = await requestAssertion(world, ended, connectionNamed('contoso-azure'));
      assert.equal(answer.status, 401);
    });

    interface Ask extends Partial<JobIdentity> {
      readonly collection?: string;
      readonly connection?: string;
      readonly query?: Readonly<Record<string, string>>;
      readonly isBasic?: boolean;
      readonly token?: string;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }

    /** Starts a job and asks on its behalf, with one thing changed. */
    async function ask(change: Ask): Promise<ClientAnswer> {
      const { id } = connectionNamed(change.connection ?? 'contoso-azure');
      const own = world.newJob({
        referencedConnections: change.referencedConnections ?? [id],
      });
      const uri = oidcRequestUri({ ...own, ...change }, change.collection);
      const query = new URLSearchParams({
        ...(change.query ?? { 'api-version': '7.1' }),
        serviceConnectionId: id,
      });
      return send(world, `${uri}?${query.toString()}`, {
        method: change.method ?? 'POST',
        headers: {
          authorization: change.isBasic
            ? `Basic ${Buffer.from(`:${own.accessToken}`).toString('base64')}`
            : `Bearer ${change.token ?? own.accessToken}`,
          'x-tfs-fedauthredirect': 'Suppress',
          ...change.headers,
        },
      });
    }
  });

  describe('Entra', () => {
    interface Misconfiguration {
      readonly code: number;
      readonly when: string;
      readonly connection?: Partial<NewConnection>;
      readonly bend?: (world: World, name: string) => void;
      readonly request?: TokenRequest | ((world: World) => TokenRequest);
      readonly assertion?: (world: World, connection: ServiceConnection) => Promise<string>;
    }

    const misconfigurations: readonly Misconfiguration[] = [
      {
        code: 700211,
        when: 'the credential has another issuer',
        bend: (world, name) =>
          (credentialOf(world, name).issuer = 'https://vstoken.dev.azure.com/x'),
      },
      {
        code: 700212,
        when: 'the credential has the audience of another cloud',
        bend: (world, name) =>
          (credentialOf(world, name).audiences = ['api://AzureADTokenExchangeUSGov']),
      },
      {
        code: 7002121,
        when: 'the audience differs in case',
        bend: (world, name) =>
          (credentialOf(world, name).audiences = ['api://azureadtokenexchange']),
      },
      {
        code: 700213,
        when: 'the project was renamed',
        connection: { issuer: 'azure-devops' },
        bend: (world, name) =>
          (credentialOf(world, name).subject = `sc://contoso/Old name/${name}`),
      },
      {
        code: 7002138,
        when: 'the subject differs in case',
        bend: (world, name) => {
          const credential = credentialOf(world, name);
          credential.subject = credential.subject.toUpperCase();
        },
      },
      {
        code: 70025,
        when: 'the application has no credential',
        connection: { withoutCredential: true },
      },
      {
        code: 70052,
        when: 'a multi-tenant application meets the Entra issuer',
        bend: (world, name) => (world.behind(name).app.multiTenant = true),
      },
      {
        code: 700016,
        when: 'the application is deleted',
        bend: (world, name) => world.directory.deleteApp(world.behind(name).app),
      },
      {
        code: 700016,
        when: 'the tenant is another one',
        request: (world) => ({ tenant: world.directory.findTenant('fabrikam.example')?.id ?? '' }),
      },
      {
        code: 7000229,
        when: 'the multi-tenant application was never added to the tenant',
        bend: (world, name) => (world.behind(name).app.multiTenant = true),
        request: (world) => ({ tenant: world.directory.findTenant('fabrikam.example')?.id ?? '' }),
      },
      {
        code: 7000229,
        when: 'the service principal is gone',
        bend: (world, name) => {
          const { tenant, app } = world.behind(name);
          tenant.servicePrincipals.delete(app.clientId);
        },
      },
      {
        code: 7000112,
        when: 'the application is disabled',
        bend: (world, name) => (world.behind(name).app.enabled = false),
      },
      {
        code: 53003,
        when: 'Conditional Access blocks the identity',
        bend: (world, name) => (world.behind(name).app.blockedByConditionalAccess = true),
      },
      {
        code: 700223,
        when: 'the tenant disabled federation',
        bend: (world, name) => (world.behind(name).tenant.federationPolicy = 'disabled'),
      },
      {
        code: 700238,
        when: 'the tenant does not allow the issuer',
        bend: (world, name) =>
          (world.behind(name).tenant.federationPolicy = { allowedIssuers: ['https://other'] }),
      },
      {
        code: 7002381,
        when: 'the tenant wants a claim that the assertion lacks',
        bend: (world, name) =>
          (world.behind(name).tenant.federationPolicy = { requiredClaim: 'enterprise' }),
      },
      {
        code: 700024,
        when: 'the assertion expired',
        bend: (world, name) => (world.behind(name).federation.lifetimeSeconds = -30),
      },
      {
        code: 700024,
        when: 'the assertion is not valid yet',
        bend: (world, name) => (world.behind(name).federation.notBeforeSeconds = 300),
      },
      {
        code: 700027,
        when: 'a stranger signed the assertion',
        bend: (world, name) => (world.behind(name).federation.signedBy = 'stranger'),
      },
      {
        code: 50166,
        when: 'the issuer’s keys cannot be read',
        connection: { withoutCredential: true },
        bend: (world, name) => {
          const { federation, app } = world.behind(name);
          federation.issuer = 'https://oidc.example';
          const { issuer, subject, audience } = federation;
          app.federatedIdentityCredentials.push({ issuer, subject, audiences: [audience] });
        },
      },
      {
        code: 700222,
        when: 'the assertion is an Entra token of another kind',
        bend: (world, name) => (world.behind(name).federation.subject = 'some object id'),
      },
      {
        code: 50027,
        when: 'the assertion is no JWT',
        assertion: () => Promise.resolve('not a token'),
      },
      {
        code: 70002,
        when: 'the assertion type is wrong',
        request: { form: { client_assertion_type: 'x' } },
      },
      {
        code: 7000218,
        when: 'there is no assertion',
        request: { form: { client_assertion: undefined } },
      },
      {
        code: 7000215,
        when: 'a wrong secret comes instead',
        request: { form: { client_assertion: undefined, client_secret: 'guess' } },
      },
      {
        code: 7000222,
        when: 'the secret expired',
        bend: (world, name) => (world.behind(name).app.secret = { value: 'old', expired: true }),
        request: { form: { client_assertion: undefined, client_secret: 'old' } },
      },
      { code: 90002, when: 'the tenant does not exist', request: { tenant: uuid(2) } },
      { code: 90002, when: 'the domain does not exist', request: { tenant: 'nowhere.example' } },
      { code: 900023, when: 'the tenant is no name at all', request: { tenant: 'nowhere' } },
      { code: 50194, when: 'the tenant is common', request: { tenant: 'common' } },
      {
        code: 90002,
        when: 'a public tenant is asked for in a national cloud',
        request: { host: 'login.microsoftonline.us' },
      },
      {
        code: 900382,
        when: 'a government tenant is asked for in the public cloud',
        request: (world) => ({ tenant: world.behind('fabrikam-government').tenant.id }),
      },
      {
        code: 90038,
        when: 'a Chinese tenant is asked for in the public cloud',
        request: (world) => ({ tenant: world.behind('fabrikam-china').tenant.id }),
      },
      {
        code: 500011,
        when: 'the tenant does not know the resource',
        request: { form: { scope: 'api://unknown/.default' } },
      },
      {
        code: 1002012,
        when: 'the scope lacks /.default',
        request: { form: { scope: 'https://management.azure.com/' } },
      },
      {
        code: 70011,
        when: 'there are two scopes',
        request: { form: { scope: 'https://vault.azure.net/.default openid' } },
      },
      {
        code: 70011,
        when: 'the scope has a control character',
        request: { form: { scope: 'https://vault.azure.net\n/.default' } },
      },
      {
        code: 28000,
        when: 'there are two resources',
        request: { form: { scope: 'https://a/.default https://b/.default' } },
      },
      { code: 28003, when: 'the scope is empty', request: { form: { scope: '' } } },
      { code: 90014, when: 'the scope is missing', request: { form: { scope: undefined } } },
      {
        code: 901002,
        when: 'there is a resource parameter',
        request: { form: { resource: 'https://vault.azure.net' } },
      },
      {
        code: 70003,
        when: 'the grant is another one',
        request: { form: { grant_type: 'password' } },
      },
      { code: 900144, when: 'the grant is missing', request: { form: { grant_type: undefined } } },
      { code: 900144, when: 'the client is missing', request: { form: { client_id: undefined } } },
      { code: 900561, when: 'the method is GET', request: { client: { method: 'GET', body: '' } } },
    ];

    for (const { code, when, connection: options, ...rest } of misconfigurations) {
      it(`answers ${String(code)} when ${when}`, async () => {
        const tenant = world.directory.addTenant(`t${String(world.directory.tenants.length)}`);
        const { name, connection } = await newConnection({ tenant, ...options });
        rest.bend?.(world, name);
        const assertion = rest.assertion
          ? await rest.assertion(world, connection)
          : await assertionOf(connection);
        const request = typeof rest.request === 'function' ? rest.request(world) : rest.request;
        const answer = await requestAccessToken(world, connection, assertion, request);
        assertRefusal(answer, code);
      });
    }

    /** Everything that section 3.1 of the facts, and with it the task's own catalogue, lists. */
    const catalogue = [
      700016, 700011, 7000229, 7000112, 70001, 70021, 700211, 700212, 7002121, 700213, 7002138,
      70025, 70052, 700223, 700238, 7002381, 700222, 700231, 700024, 700027, 50166, 50013, 500133,
      7000215, 7000222, 90002, 900023, 90038, 900382, 900432, 500011, 650057, 70011, 1002012, 28002,
      28003, 901002, 53003, 50196, 530004, 50034, 90006, 90012, 90024, 90033, 90055, 90090,
    ];
    for (const code of catalogue) {
      it(`answers ${String(code)} on demand, once`, async () => {
        const connection = connectionNamed('contoso-azure');
        const assertion = await assertionOf(connection);
        world.entra.failNext({ code });
        assertRefusal(await requestAccessToken(world, connection, assertion), code);
        assert.equal((await requestAccessToken(world, connection, assertion)).status, 200);
      });
    }

    it('names in its words what was presented', async () => {
      const connection = connectionNamed('contoso-azure');
      const assertion = await assertionOf(connection);
      const { iss, sub } = decodeJwt(assertion);
      world.entra.failNext({ code: 700213 });
      const answer = await requestAccessToken(world, connection, assertion, {
        form: { 'client-request-id': uuid(7) },
      });
      const text = String(answer.json()['error_description']);
      assert.ok(
        text.startsWith(
          `AADSTS700213: No matching federated identity record found for presented assertion subject '${String(sub)}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation Trace ID: `,
        ),
        text,
      );
      assert.match(text, new RegExp(` Correlation ID: ${uuid(7)} Timestamp: \\d{4}-[\\d: -]+Z$`));
      world.entra.errorSeparator = '\r\n';
      world.entra.failNext({ code: 700211 });
      const older = await requestAccessToken(world, connection, assertion);
      world.entra.errorSeparator = ' ';
      assert.match(String(older.json()['error_description']), /\r\nTrace ID: /);
      assert.ok(String(older.json()['error_description']).includes(String(iss)));
    });

    it('answers with a code that nobody knows, and with Retry-After', async () => {
      const connection = connectionNamed('contoso-azure');
      const assertion = await assertionOf(connection);
      world.entra.failNext({ code: 123456, text: 'Something new.', status: 418, retryAfter: 7 });
      const answer = await requestAccessToken(world, connection, assertion);
      assert.equal(answer.status, 418);
      assert.equal(answer.headers['retry-after'], '7');
      assert.match(answer.text, /AADSTS123456: Something new\. Trace ID/);
    });

    it('accepts a tenant by its domain and a resource with a slash at its end', async () => {
      const connection = connectionNamed('contoso-azure');
      const answer = await requestAccessToken(world, connection, await assertionOf(connection), {
        tenant: 'contoso.onmicrosoft.com',
        form: { scope: 'https://management.azure.com//.default' },
      });
      assert.equal(answer.status, 200, answer.text);
      const { aud } = decodeJwt(String(answer.json()['access_token']));
      assert.equal(aud, 'https://management.azure.com/');
    });

    it('publishes discovery documents of its own host in every cloud', async () => {
      for (const name of ['contoso-azure', 'fabrikam-government', 'fabrikam-china']) {
        const { tenant, connection } = world.behind(name);
        const host = new URL(connection.data['activeDirectoryAuthority'] ?? '').host;
        const address = `https://${host}/${tenant.id}/v2.0/.well-known/openid-configuration`;
        const document = (await send(world, address)).json();
        assert.equal(document['issuer'], `https://${host}/${tenant.id}/v2.0`);
        const keys = await send(world, String(document['jwks_uri']));
        assert.match(keys.text, /"kid"/);
        const instance = `https://${host}/common/discovery/instance?api-version=1.1&authorization_endpoint=x`;
        assert.match((await send(world, instance)).text, /tenant_discovery_endpoint/);
      }
    });
  });

  describe('the gate', () => {
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

  describe('the Azure resources', () => {
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

  describe('faults', () => {
    it('meet one request, then no more', async () => {
      await assert.rejects(met({ kind: 'reset' }), { code: 'ECONNRESET' });
      await assertionOf(connectionNamed('contoso-azure'));
    });

    it('skip, repeat and choose by host, method and path', async () => {
      const connection = connectionNamed('contoso-azure');
      const fault = { kind: 'answer', status: 500 } as const;
      world.faults.next({
        host: 'dev.azure.com',
        method: 'POST',
        path: /oidctoken/,
        skip: 1,
        times: 2,
        fault,
      });
      const statuses: number[] = [];
      for (let count = 0; count < 4; count += 1) {
        statuses.push((await requestAssertion(world, job, connection)).status);
      }
      assert.deepEqual(statuses, [200, 500, 500, 200]);
      world.faults.next({ host: 'login.microsoftonline.com', fault });
      assert.equal((await requestAssertion(world, job, connection)).status, 200);
    });

    it('reset the connection for good: the TCP reset arrives', async () => {
      world.clearRequests();
      await assert.rejects(met({ kind: 'reset' }), { code: 'ECONNRESET', message: /ECONNRESET/ });
      assert.equal(world.requests[0]?.status, undefined);
    });

    it('close: the client sees the other side hang up', async () => {
      await assert.rejects(met({ kind: 'close' }), { message: 'socket hang up' });
    });

    it('close after the headers', async () => {
      world.clearRequests();
      await assert.rejects(met({ kind: 'close-after-headers' }), { message: 'aborted' });
      assert.equal(world.requests[0]?.status, 200);
    });

    it('hang', async () => {
      await assert.rejects(met({ kind: 'hang' }, 200), { name: 'AbortError' });
    });

    it('send headers slowly, for ever or for a while', async () => {
      await assert.rejects(met({ kind: 'slow-headers', everyMs: 10 }, 300), { name: 'AbortError' });
      const answer = await met({ kind: 'slow-headers', everyMs: 20, count: 5 });
      assert.equal(answer.headers['x-slow-4'], '1');
      assert.ok(answer.json()['oidcToken']);
    });

    it('send the body slowly, or half of it', async () => {
      const begin = performance.now();
      const answer = await met({ kind: 'slow-body', everyMs: 20, chunkBytes: 200 });
      assert.ok(answer.json()['oidcToken']);
      assert.ok(performance.now() - begin > 80);
      await assert.rejects(met({ kind: 'stalled-body' }, 300), { name: 'AbortError' });
    });

    it('send a body that never ends, at the pace of the reader', async () => {
      await assert.rejects(met({ kind: 'endless-body' }, 300), { name: 'AbortError' });
    });

    it('send ten megabytes around the real answer', async () => {
      const answer = await met({ kind: 'large-body' });
      assert.ok(answer.body.length > 10 * 1024 * 1024);
      assert.ok(answer.json()['oidcToken']);
    });

    it('compress, whole or truncated', async () => {
      const whole = await met({ kind: 'gzip' });
      assert.equal(whole.headers['content-encoding'], 'gzip');
      assert.match(gunzipSync(whole.body).toString(), /oidcToken/);
      const half = await met({ kind: 'truncated-gzip' });
      assert.throws(() => gunzipSync(half.body), /unexpected end of file/);
    });

    it('spoil type, syntax and shape', async () => {
      const typed = await met({ kind: 'content-type', value: 'text/html' });
      assert.equal(typed.headers['content-type'], 'text/html');
      assert.ok(typed.json()['oidcToken']);
      const invalid = await met({ kind: 'invalid-json' });
      assert.throws(() => invalid.json(), SyntaxError);
      assert.match(invalid.text, /^\{"oidcToken":"eyJ/);
      const shaped = await met({ kind: 'json', value: { oidcToken: { nested: [1] } } });
      assert.deepEqual(shaped.json(), { oidcToken: { nested: [1] } });
      const edited = await met({ kind: 'edit', edit: (body) => Object.keys(body) });
      assert.equal(edited.text, '["oidcToken"]');
    });

    it('throttle, with Retry-After in both forms', async () => {
      const seconds = await met(readyFaults.tooManyRequests(3));
      assert.deepEqual([seconds.status, seconds.headers['retry-after']], [429, '3']);
      const date = await met(readyFaults.tooManyRequests(new Date(0)));
      assert.equal(date.headers['retry-after'], 'Thu, 01 Jan 1970 00:00:00 GMT');
      assert.equal((await met(readyFaults.tooManyRequests())).headers['retry-after'], undefined);
    });

    it('answer as gateways and sign-in services do', async () => {
      const outage = await met(readyFaults.outagePage());
      assert.deepEqual([outage.status, outage.headers['content-type']], [503, 'text/html']);
      const moved = await met(readyFaults.redirect('https://evil.example/'));
      assert.deepEqual([moved.status, moved.headers['location']], [302, 'https://evil.example/']);
      const page = await met(readyFaults.signInPage());
      assert.equal(page.status, 203);
      assert.match(page.text, /Sign In/);
    });

    it('attack the log', async () => {
      for (const fault of [
        readyFaults.hostileEntraError(),
        readyFaults.hostileAzureDevOpsError(),
      ]) {
        const { text } = await met(fault);
        assert.ok(
          text.includes('##vso[task.setvariable variable=INJECTED]yes\\n##vso[task.complete'),
        );
        assert.ok(text.includes(String.raw`\u001b[2J`));
      }
      const answer = await met(readyFaults.tokenWithCommand());
      assert.ok(String(answer.json()['oidcToken']).includes(commandInToken));
    });

    it('delay one answer; latency delays all', async () => {
      const begin = performance.now();
      assert.equal((await met({ kind: 'delay', ms: 120 })).status, 200);
      assert.ok(performance.now() - begin >= 119);
      world.latency.ms = 60;
      const again = performance.now();
      await assertionOf(connectionNamed('contoso-azure'));
      await assertionOf(connectionNamed('contoso-azure'));
      assert.ok(performance.now() - again >= 119);
    });

    const flaws = [
      ['expired', 'CERT_HAS_EXPIRED'],
      ['not-yet-valid', 'CERT_NOT_YET_VALID'],
      ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['untrusted', 'SELF_SIGNED_CERT_IN_CHAIN'],
      ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ] as const;
    for (const [flaw, code] of flaws) {
      it(`serve a certificate that is ${flaw}`, async () => {
        world.faults.certificate('dev.azure.com', flaw);
        await assert.rejects(send(world, projectsUrl), { code });
        await assert.rejects(send(world, projectsUrl, { isDirect: true }), { code });
        world.faults.certificate('dev.azure.com', undefined);
        assert.equal((await send(world, projectsUrl)).status, 302);
      });
    }

    it('work without the proxy, too', async () => {
      world.clearRequests();
      world.faults.next({ fault: { kind: 'reset' } });
      await assert.rejects(send(world, projectsUrl, { isDirect: true }), { code: 'ECONNRESET' });
      assert.equal((await send(world, projectsUrl, { isDirect: true })).status, 302);
      assert.deepEqual(
        world.requests.map(({ proxied }) => proxied),
        [false, false],
      );
    });
  });

  describe('the proxy', () => {
    it('asks for a user name and a password when it has them', async () => {
      const password = 'p@ss:w/ör d%';
      const closed = await startWorld({ proxy: { username: 'build', password } });
      try {
        const required = { message: 'CONNECT 407 Basic realm="proxy"' };
        await assert.rejects(send(closed, projectsUrl, { proxyAuthorization: '' }), required);
        const wrong = `Basic ${Buffer.from('build:wrong').toString('base64')}`;
        await assert.rejects(send(closed, projectsUrl, { proxyAuthorization: wrong }), required);
        assert.equal((await send(closed, projectsUrl)).status, 302);
        assert.deepEqual(
          closed.proxy.connects.map(({ host, status }) => [host, status]),
          [
            ['dev.azure.com', 407],
            ['dev.azure.com', 407],
            ['dev.azure.com', 200],
          ],
        );
        assert.ok(closed.issued.all.includes(password));
      } finally {
        await closed.close();
      }
    });

    it('leads nowhere but to the local services, and says who tried', async () => {
      world.clearRequests();
      await assert.rejects(openTunnel(world, 'example.com'), { message: 'CONNECT 502' });
      const answer = await fetch(world.proxy.url, { method: 'POST', body: 'secret' });
      assert.equal(answer.status, 403);
      assert.deepEqual(
        world.requests.map(({ service, method, host, status }) => [service, method, host, status]),
        [
          ['unknown', 'CONNECT', 'example.com', 502],
          ['unknown', 'POST', '', 403],
        ],
      );
    });

    it('fails as proxies do', async () => {
      const host = 'dev.azure.com';
      world.proxy.next({ host, fault: { kind: 'status', status: 503 } });
      await assert.rejects(send(world, projectsUrl), { message: 'CONNECT 503' });
      world.proxy.next({ host, fault: { kind: 'close' } });
      await assert.rejects(send(world, projectsUrl), { message: 'socket hang up' });
      world.proxy.next({ host, fault: { kind: 'reset' } });
      await assert.rejects(send(world, projectsUrl), { code: 'ECONNRESET' });
      world.proxy.next({ host, fault: { kind: 'hang' } });
      await assert.rejects(send(world, projectsUrl, { timeoutMs: 200 }), { name: 'AbortError' });
      world.proxy.next({ host, fault: { kind: 'close-tunnel' } });
      await assert.rejects(send(world, projectsUrl), { code: 'ECONNRESET' });
      assert.equal((await send(world, projectsUrl)).status, 302);
    });

    it('can be down', async () => {
      const other = await startWorld();
      try {
        await other.proxy.stop();
        await assert.rejects(send(other, projectsUrl), { code: 'ECONNREFUSED' });
      } finally {
        await other.close();
      }
    });
  });

  describe('real clients', () => {
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
});

function assertRefusal(answer: ClientAnswer, code: number): void {
  const body = answer.json();
  assert.deepEqual(body['error_codes'], [code], answer.text);
  assert.match(String(body['error_description']), new RegExp(`^AADSTS${String(code)}: [^{}]+$`));
  assert.equal(answer.status, aadsts[code]?.status);
  assert.equal(body['error'], aadsts[code]?.error);
  assert.equal(String(body['error_uri']).endsWith(`error?code=${String(code)}`), true);
}

/** An agent that trusts the world's CA behind the proxy: only `options` reach the inner TLS. */
function proxyAgent(world: World): HttpsProxyAgent<string> {
  const agent = new HttpsProxyAgent(world.proxy.url);
  Object.assign(agent.options, { ca: world.authority.certificatePem });
  return agent;
}

async function curl(world: World, ...options: string[]): Promise<Record<string, unknown>> {
  const trust = ['-sS', '--proxy', world.proxy.url, '--cacert', world.caFile];
  // Revocation lists are Windows' own idea; the local CA has none.
  if (process.platform === 'win32') trust.push('--ssl-no-revoke');
  const { stdout } = await promisify(execFile)('curl', [...trust, ...options]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function bearer(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}`, 'x-tfs-fedauthredirect': 'Suppress' } };
}

function credentialOf(
  world: World,
  name: string,
): { issuer: string; subject: string; audiences: string[] } {
  const [credential] = world.behind(name).app.federatedIdentityCredentials;
  assert.ok(credential);
  return credential;
}

function uuid(digit: number): string {
  return `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
}
