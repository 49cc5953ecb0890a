import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { requestAccessToken, send, type TokenRequest } from '../../local/client.ts';
import type { ServiceConnection } from '../../local/contract.ts';
import { type NewConnection, type World } from '../../local/world.ts';
import {
  assertRefusal,
  assertionOf,
  connectionNamed,
  credentialOf,
  newConnection,
  useLocalServices,
  uuid,
  world,
} from './local-services.ts';

describe('the local services: Entra', () => {
  useLocalServices();

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
      bend: (world, name) => (credentialOf(world, name).issuer = 'https://vstoken.dev.azure.com/x'),
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
      bend: (world, name) => (credentialOf(world, name).audiences = ['api://azureadtokenexchange']),
    },
    {
      code: 700213,
      when: 'the project was renamed',
      connection: { issuer: 'azure-devops' },
      bend: (world, name) => (credentialOf(world, name).subject = `sc://contoso/Old name/${name}`),
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
    700016, 700011, 7000229, 7000112, 70001, 70021, 700211, 700212, 7002121, 700213, 7002138, 70025,
    70052, 700223, 700238, 7002381, 700222, 700231, 700024, 700027, 50166, 50013, 500133, 7000215,
    7000222, 90002, 900023, 90038, 900382, 900432, 500011, 650057, 70011, 1002012, 28002, 28003,
    901002, 53003, 50196, 530004, 50034, 90006, 90012, 90024, 90033, 90055, 90090,
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
