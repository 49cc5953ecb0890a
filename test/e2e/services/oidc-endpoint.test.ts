import assert from 'node:assert/strict';
import { oidcRequestUri, requestAssertion, send, type ClientAnswer } from '../../local/client.ts';
import type { JobIdentity } from '../../local/contract.ts';
import { connectionNamed, useLocalServices, uuid, world } from './local-services.ts';

describe('the local services: the OIDC endpoint', () => {
  useLocalServices();

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
