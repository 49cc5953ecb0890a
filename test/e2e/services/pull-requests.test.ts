import assert from 'node:assert/strict';
import { signAccessToken } from '../../local/services/access-token.ts';
import { azureDevOpsAppId } from '../../local/services/resource-catalog.ts';
import { send, type ClientAnswer } from '../../local/client.ts';
import { startWorld, type World } from '../../local/world.ts';

describe('Pull requests of the local Azure DevOps', () => {
  let world: World;
  let authorization: string;
  /** The id of the repository `widgets`. */
  let id: string;
  before(async () => {
    world = await startWorld();
    const { app, tenant } = world.behind('contoso-azure');
    const token = await signAccessToken({
      app,
      tenant,
      objectId: tenant.servicePrincipals.get(app.clientId) ?? '',
      resource: azureDevOpsAppId,
      expiresInSeconds: 3600,
    });
    authorization = `Bearer ${token}`;
    const { value } = (await get('_apis/git/repositories')).json() as {
      readonly value: readonly { readonly id: string; readonly name: string }[];
    };
    // Not those of another organization.
    assert.deepEqual(
      value.map(({ name }) => name),
      ['widgets'],
    );
    id = value[0]?.id ?? '';
  });
  after(async () => world.close());

  const base = 'https://dev.azure.com/contoso';
  // A client says the version in either place.
  const accept = 'application/json; api-version=7.1';

  const get = async (path: string): Promise<ClientAnswer> =>
    send(world, `${base}/${path}`, { headers: { authorization, accept }, timeoutMs: 20_000 });

  const open = async (sourceRefName: string, repository = id): Promise<ClientAnswer> =>
    send(world, `${base}/_apis/git/repositories/${repository}/pullrequests?api-version=7.1`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ sourceRefName, targetRefName: 'refs/heads/main', title: 'Newer' }),
      timeoutMs: 20_000,
    });

  it('want branches that are there', async () => {
    for (const source of ['refs/heads/none', 'main']) {
      const answer = await open(source);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /TF401398/);
    }
  });

  it('want a repository by its id, or by its name within a project', async () => {
    assert.equal((await open('refs/heads/main', 'widgets')).status, 404);
    const named = await get('Widgets/_apis/git/repositories/widgets/pullrequests');
    assert.equal(named.json()['count'], 1);
  });

  it('are there once for two branches, and come page by page', async () => {
    const opened = await open('refs/heads/main');
    assert.equal(opened.status, 201);
    assert.equal((await open('refs/heads/main')).status, 409);
    const { createdBy, pullRequestId } = opened.json() as {
      readonly createdBy: { readonly id: string };
      readonly pullRequestId: number;
    };
    const path = `_apis/git/repositories/${id}/pullrequests`;
    const mine = `searchCriteria.creatorId=${createdBy.id}`;
    const counts = await Promise.all(
      ['$top=1', '$skip=1', '$skip=2', mine, `${mine}&$skip=1`].map(
        async (query) => (await get(`${path}?${query}`)).json()['count'],
      ),
    );
    assert.deepEqual(counts, [1, 1, 0, 1, 0]);
    assert.equal((await get(`${path}/${pullRequestId}/labels`)).json()['count'], 0);
    assert.equal((await get(`${path}/99/labels`)).status, 404);
  });

  it('want a version', async () => {
    const answer = await send(world, `${base}/_apis/git/repositories`, {
      headers: { authorization },
    });
    assert.equal(answer.status, 400);
  });
});
