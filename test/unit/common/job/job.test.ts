import assert from 'node:assert/strict';
import { parseJob, type Job } from '../../../../tasks/common/job/job.ts';
import type { ServiceConnection } from '../../../../tasks/common/service-connection/service-connection.ts';
import { failsWith } from '../../fixtures.ts';

const jobToken = 'the-token-of-the-job';
const requestUri = 'https://dev.azure.com/contoso/p/_apis/distributedtask/hubs/build/x/oidctoken';
const parts = {
  'System.TeamProjectId': 'project',
  'System.HostType': 'release',
  'System.PlanId': 'plan',
  'System.JobId': 'job',
};

function parse(
  variables: Readonly<Record<string, string>>,
  connection: Partial<ServiceConnection> | undefined = {},
  asked: string[] = [],
): Job {
  return parseJob({
    readVariable: (name) => variables[name],
    readServiceConnection: (id) => {
      asked.push(id);
      return connection === undefined
        ? undefined
        : {
            url: 'https://dev.azure.com/contoso/',
            scheme: 'OAuth',
            parameters: { AccessToken: jobToken },
            data: undefined,
            ...connection,
          };
    },
  });
}

describe('parseJob', () => {
  it("takes the job's own token, from its own connection and from no variable", () => {
    const asked: string[] = [];
    const job = parse(
      { 'System.OidcRequestUri': requestUri, 'System.AccessToken': 'another' },
      {},
      asked,
    );
    assert.equal(job.token, jobToken);
    assert.deepEqual(asked, ['SYSTEMVSSCONNECTION']);
  });

  it('asks at System.OidcRequestUri where there is one', () => {
    assert.deepEqual(parse({ ...parts, 'System.OidcRequestUri': requestUri }).oidcAddress, {
      kind: 'request-uri',
      url: new URL(requestUri),
    });
  });

  for (const url of [
    'https://vsrm.dev.azure.com/contoso/',
    'https://contoso.visualstudio.com/',
    'https://contoso.vsrm.visualstudio.com/',
  ]) {
    it(`asks at System.OidcRequestUri where the job's connection is at ${url}`, () => {
      const job = parse({ 'System.OidcRequestUri': requestUri }, { url });
      assert.equal(job.oidcAddress.kind, 'request-uri');
      assert.doesNotMatch(job.organization.url.href, /vsrm/);
    });
  }

  it('builds the address of the collection, never of vsrm, where the variable is absent', () => {
    const job = parse(
      { ...parts, 'System.CollectionUri': 'https://dev.azure.com/contoso/' },
      { url: 'https://vsrm.dev.azure.com/contoso/' },
    );
    assert.deepEqual(job.oidcAddress, {
      kind: 'job',
      collectionUrl: new URL('https://dev.azure.com/contoso'),
      projectId: 'project',
      hub: 'release',
      planId: 'plan',
      jobId: 'job',
    });
  });

  it('knows the collection by its older variable too, and by a vsrm address', () => {
    const { oidcAddress } = parse({
      ...parts,
      'System.TeamFoundationCollectionUri': 'https://contoso.vsrm.visualstudio.com/',
    });
    assert.ok(oidcAddress.kind === 'job');
    assert.equal(oidcAddress.collectionUrl.href, 'https://contoso.visualstudio.com/');
  });

  for (const missing of [...Object.keys(parts), 'System.CollectionUri']) {
    it(`says that ${missing} is missing to build the address, and no other`, () => {
      const all = { ...parts, 'System.CollectionUri': 'https://dev.azure.com/contoso/' };
      const variables = Object.fromEntries(
        Object.entries(all).filter(([name]) => name !== missing),
      );
      assert.throws(
        () => parse(variables),
        failsWith('OIDC_ADDRESS_MISSING', `without ${missing}.`),
      );
    });
  }

  for (const address of [
    'http://dev.azure.com/contoso/oidctoken',
    'https://dev.azure.com/other/oidctoken',
    'https://dev.azure.com/contoso/../other/oidctoken',
    'https://evil.example/contoso/oidctoken',
    'https://user@dev.azure.com/contoso/oidctoken',
    'https://dev.azure.com:8443/contoso/oidctoken',
    'not an address',
  ]) {
    for (const name of [
      'System.OidcRequestUri',
      'System.CollectionUri',
      'System.TeamFoundationCollectionUri',
    ]) {
      it(`sends no token to ${address} of ${name}`, () => {
        assert.throws(
          () => parse({ ...parts, [name]: address }),
          failsWith('OIDC_ADDRESS_FOREIGN', name, `"${address}"`, 'https://dev.azure.com/contoso'),
        );
      });
    }
  }

  it('keeps to the collection on a server of its own', () => {
    const url = 'https://tfs.corp.example/tfs/Default/';
    const at = (address: string): Job => parse({ 'System.OidcRequestUri': address }, { url });
    assert.equal(at(`${url}p/oidctoken`).oidcAddress.kind, 'request-uri');
    assert.throws(
      () => at('https://tfs.corp.example/tfs/Other/p/oidctoken'),
      failsWith('OIDC_ADDRESS_FOREIGN'),
    );
    assert.throws(() => at(requestUri), failsWith('OIDC_ADDRESS_FOREIGN'));
  });

  it('says that the agent handed over no token of the job', () => {
    const agent = { readVariable: () => undefined, readServiceConnection: () => undefined };
    assert.throws(() => parseJob(agent), failsWith('JOB_TOKEN_MISSING', 'SYSTEMVSSCONNECTION'));
    for (const parameters of [{}, { AccessToken: '' }, { AccessToken: 5 }]) {
      assert.throws(() => parse({}, { parameters }), failsWith('JOB_TOKEN_MISSING'));
    }
  });

  for (const url of ['http://dev.azure.com/contoso', 'https://dev.azure.com/', 'x', '']) {
    it(`says that "${url}" is no address of an organisation`, () => {
      assert.throws(() => parse({}, { url }), failsWith('OIDC_ADDRESS_MISSING', `"${url}"`));
    });
  }
});
