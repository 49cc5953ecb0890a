import assert from 'node:assert/strict';
import { parseConnection } from '../../../../tasks/common/service-connection/connection.ts';
import type { ServiceConnection } from '../../../../tasks/common/service-connection/service-connection.ts';
import {
  clientId,
  connectionId,
  entraIssuer,
  entraSubject,
  failsWith,
  subscriptionId,
  tenantId,
} from '../../fixtures.ts';

function handedOver(
  parameters: Readonly<Record<string, unknown>> = {},
  data: object | string | undefined = {},
  scheme = 'WorkloadIdentityFederation',
): ServiceConnection {
  return {
    url: 'https://management.azure.com/',
    scheme,
    parameters: { tenantid: tenantId, serviceprincipalid: clientId, ...parameters },
    data: typeof data === 'object' ? JSON.stringify(data) : data,
  };
}

const parse = (connection: ServiceConnection | undefined) =>
  parseConnection(connectionId, 'azureRM', connection);

describe('parseConnection', () => {
  it('reads everything that the agent hands over', () => {
    assert.deepEqual(
      parse(
        handedOver(
          {
            workloadIdentityFederationIssuer: entraIssuer,
            workloadIdentityFederationSubject: entraSubject,
            idToken: 'a.b.c',
          },
          { environment: 'AzureUSGovernment', subscriptionId, activeDirectoryAuthority: '' },
        ),
      ),
      {
        id: connectionId,
        tenantId,
        clientId,
        cloud: 'AzureUSGovernment',
        authorityHost: 'https://login.microsoftonline.us',
        subscriptionId,
        issuer: entraIssuer,
        subject: entraSubject,
        assertion: 'a.b.c',
      },
    );
  });

  it('reads a connection without data, as an Azure DevOps connection has, in the public cloud', () => {
    for (const data of [undefined, '', {}]) {
      const { cloud, authorityHost, subscriptionId: none } = parse(handedOver({}, data));
      assert.deepEqual(
        [cloud, authorityHost, none],
        ['AzureCloud', 'https://login.microsoftonline.com', undefined],
      );
    }
  });

  it('finds the parameters in any case', () => {
    const { tenantId: tenant, clientId: client } = parse({
      ...handedOver(),
      scheme: 'workloadidentityfederation',
      parameters: { TenantId: ` ${tenantId} `, ServicePrincipalId: clientId },
    });
    assert.deepEqual([tenant, client], [tenantId, clientId]);
  });

  for (const [authority, expected] of [
    ['https://login.microsoftonline.com/', 'https://login.microsoftonline.com'],
    ['https://login.windows.net/', 'https://login.microsoftonline.com'],
    ['https://login.chinacloudapi.cn/', 'https://login.partner.microsoftonline.cn'],
    ['https://login.contoso.example/adfsother/', 'https://login.contoso.example'],
  ] as const) {
    it(`exchanges at ${expected} when the authority is ${authority}`, () => {
      const data = { activeDirectoryAuthority: authority };
      assert.equal(parse(handedOver({}, data)).authorityHost, expected);
    });
  }

  for (const authority of ['https://adfs.stack.example/adfs', 'https://adfs.stack.example/ADFS/']) {
    it(`refuses the authority ${authority}, which is AD FS`, () => {
      for (const key of ['activeDirectoryAuthority', 'environmentAuthorityUrl']) {
        assert.throws(
          () => parse(handedOver({}, { environment: 'AzureStack', [key]: authority })),
          failsWith('CONNECTION_INVALID', `"${authority}"`, 'AD FS'),
        );
      }
    });
  }

  it('takes the older authority address only in a cloud that is not known', () => {
    const environmentAuthorityUrl = 'https://login.stack.example/';
    const of = (environment: string): string =>
      parse(handedOver({}, { environment, environmentAuthorityUrl })).authorityHost;
    assert.equal(of('AzureStack'), 'https://login.stack.example');
    assert.equal(of('AzureCloud'), 'https://login.microsoftonline.com');
  });

  it('says that the agent handed over none, and of which kind', () => {
    assert.throws(
      () => parse(undefined),
      failsWith('CONNECTION_NOT_FOUND', 'Azure Resource Manager', connectionId),
    );
    assert.throws(
      () => parseConnection(connectionId, 'azureDevOps', undefined),
      failsWith('CONNECTION_NOT_FOUND', 'no Azure DevOps service connection', connectionId),
    );
  });

  for (const [scheme, parameters, code, part] of [
    ['ServicePrincipal', {}, 'CONNECTION_USES_SECRET', 'client secret'],
    [
      'serviceprincipal',
      { authenticationType: 'spnKey' },
      'CONNECTION_USES_SECRET',
      'client secret',
    ],
    [
      'ServicePrincipal',
      { authenticationtype: 'spnCertificate' },
      'CONNECTION_USES_CERTIFICATE',
      'certificate',
    ],
    ['ManagedServiceIdentity', {}, 'CONNECTION_USES_MANAGED_IDENTITY', 'managed identity'],
    ['PublishProfile', {}, 'CONNECTION_SCHEME_UNSUPPORTED', '"PublishProfile"'],
    ['OAuth', {}, 'CONNECTION_SCHEME_UNSUPPORTED', '"OAuth"'],
    ['', {}, 'CONNECTION_SCHEME_UNSUPPORTED', '""'],
    ['constructor', {}, 'CONNECTION_SCHEME_UNSUPPORTED', '"constructor"'],
    ['__proto__', {}, 'CONNECTION_SCHEME_UNSUPPORTED', '"__proto__"'],
  ] as const) {
    it(`refuses the scheme "${scheme}" with ${JSON.stringify(parameters)} as ${code}`, () => {
      assert.throws(
        () => parse(handedOver(parameters, {}, scheme)),
        failsWith(code, connectionId, part, 'Workload Identity Federation'),
      );
    });
  }

  for (const [name, value] of [
    ['tenantid', undefined],
    ['tenantid', '  '],
    ['tenantid', 5],
    ['tenantid', '../common'],
    ['tenantid', 'a/b'],
    ['tenantid', 'a?b'],
    ['serviceprincipalid', undefined],
    ['serviceprincipalid', 'a&scope=x'],
    ['serviceprincipalid', 'a\nb'],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} for ${name}`, () => {
      assert.throws(
        () => parse(handedOver({ [name]: value })),
        failsWith('CONNECTION_INVALID', connectionId, name),
      );
    });
  }

  for (const data of ['[]', '"x"', 'null', '{', 'AzureCloud']) {
    it(`refuses the data ${data}`, () => {
      assert.throws(
        () => parse(handedOver({}, data)),
        failsWith('CONNECTION_INVALID', connectionId, 'JSON'),
      );
    });
  }

  for (const authority of [
    'http://login.microsoftonline.com/',
    'login.microsoftonline.com',
    'https://user@login.microsoftonline.com/',
    'https://:secret@login.microsoftonline.com/',
    'javascript:1',
  ]) {
    it(`refuses the authority ${authority}`, () => {
      assert.throws(
        () => parse(handedOver({}, { activeDirectoryAuthority: authority })),
        failsWith('CONNECTION_INVALID', 'https'),
      );
    });
  }

  it('refuses a cloud that is not known and names no authority', () => {
    assert.throws(
      () => parse(handedOver({}, { environment: 'AzureGermanCloud' })),
      failsWith('CONNECTION_INVALID', '"AzureGermanCloud"', 'activeDirectoryAuthority'),
    );
  });
});
