import assert from 'node:assert/strict';
import {
  parseConnectionData,
  toVerifyRefusal,
} from '../../../../tasks/EntraToken/EntraTokenV1/src/connection-data.ts';
import { toOidcRefusal } from '../../../../tasks/common/assertion/oidc-response.ts';
import {
  connectionId,
  createAnswer,
  createJwt,
  failsWith,
  objectId,
  otherTenantId,
  tenantId,
} from '../../fixtures.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const notReferenced = `There is no explicit reference to service connection ${connectionId} from current stage.`;

describe('toOidcRefusal', () => {
  for (const [status, body, headers, code, part] of [
    [400, { count: 1, value: notReferenced }, {}, 'OIDC_CONNECTION_NOT_REFERENCED', notReferenced],
    [500, { count: 1, value: { Message: 'x' } }, {}, 'AZURE_DEVOPS_UNAVAILABLE', 'said: x'],
    [403, { value: { Message: notReferenced } }, {}, 'OIDC_CONNECTION_NOT_REFERENCED', 'stage'],
    [403, { value: { message: notReferenced } }, {}, 'OIDC_CONNECTION_NOT_REFERENCED', 'stage'],
    [404, { Message: notReferenced }, {}, 'OIDC_CONNECTION_NOT_REFERENCED', 'stage'],
    [200, { message: notReferenced }, {}, 'OIDC_CONNECTION_NOT_REFERENCED', '200'],
    [401, { message: 'TF400813: No.' }, {}, 'OIDC_UNAUTHORIZED', 'TF400813: No.'],
    [403, { message: 'Not yours.' }, {}, 'OIDC_FORBIDDEN', 'Not yours.'],
    [404, '', {}, 'OIDC_NOT_FOUND', 'HTTP status 404'],
    [400, { message: 'Bad.' }, {}, 'OIDC_REQUEST_REJECTED', 'Bad.'],
    [203, '<html>', html, 'OIDC_SIGN_IN_PAGE', '203'],
    [302, '', {}, 'OIDC_SIGN_IN_PAGE', '302'],
    [200, '<html>', html, 'OIDC_SIGN_IN_PAGE', '200'],
    [200, '{}', {}, 'OIDC_RESPONSE_INVALID', '200'],
    [204, '', {}, 'OIDC_RESPONSE_INVALID', '204'],
    [429, '', {}, 'AZURE_DEVOPS_THROTTLED', '429'],
    [408, '', {}, 'AZURE_DEVOPS_UNAVAILABLE', '408'],
    [503, '<html>', html, 'AZURE_DEVOPS_UNAVAILABLE', '503'],
  ] as const) {
    it(`calls HTTP ${status} with ${JSON.stringify(body).slice(0, 40)} ${code}`, () => {
      const error = toOidcRefusal(
        createAnswer(status, body, headers),
        connectionId,
        'dev.azure.com',
      );
      failsWith(code, 'dev.azure.com', connectionId, part)(error);
    });
  }

  it('keeps the ids of the request, and how long to wait', () => {
    const headers = {
      'x-vss-e2eid': 'e2e-1',
      activityid: 'act-2',
      'retry-after': '9',
      'x-vss-userdata': 'who',
    };
    const error = toOidcRefusal(createAnswer(429, '', headers), connectionId, 'h');
    failsWith('AZURE_DEVOPS_THROTTLED', 'x-vss-e2eid: e2e-1', 'activityid: act-2')(error);
    assert.equal(error.retryAfterMs, 9000);
    assert.doesNotMatch(error.message, /who/);
  });

  it('shows no command, escape or token of the answer', () => {
    const evil = `x\n##vso[task.complete]\u001b[31m${createJwt({ sub: 'x' })}`;
    const answer = createAnswer(400, { message: evil }, { activityid: evil, 'x-vss-e2eid': evil });
    const { message } = toOidcRefusal(answer, connectionId, 'h');
    assert.doesNotMatch(message, /##vso|\p{Cc}|eyJ/u);
  });
});

const caller = { objectId, tenantId, organizationUrl: new URL('https://dev.azure.com/contoso/') };
const challenge = (tenant: string) => ({
  'www-authenticate': `Bearer authorization_uri=https://login.microsoftonline.com/${tenant}, Basic realm="x"`,
});
const noMember = `TF400813: The user '${objectId}' is not authorized to access this resource.`;

describe('toVerifyRefusal', () => {
  for (const [status, body, headers, code, part] of [
    [401, { message: noMember }, {}, 'VERIFY_IDENTITY_NOT_IN_ORGANIZATION', 'TF400813'],
    [
      401,
      { message: noMember },
      challenge(tenantId.toUpperCase()),
      'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
      '',
    ],
    [
      401,
      { message: noMember },
      challenge('00000000-0000-0000-0000-000000000000'),
      'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
      '',
    ],
    [
      401,
      { message: 'TF401444: Sign-in at least once.' },
      {},
      'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
      'TF401444',
    ],
    [
      401,
      { message: `Identity ${objectId} has not been materialized, please` },
      {},
      'VERIFY_IDENTITY_NOT_IN_ORGANIZATION',
      'materialized',
    ],
    [401, { message: noMember }, challenge(otherTenantId), 'VERIFY_TENANT_MISMATCH', otherTenantId],
    [401, '', challenge(otherTenantId), 'VERIFY_TENANT_MISMATCH', `of the tenant ${tenantId}`],
    [
      401,
      { message: 'VS403463: The conditional access policy failed.' },
      challenge(otherTenantId),
      'VERIFY_CONDITIONAL_ACCESS',
      'VS403463',
    ],
    [
      500,
      '<html><title>VS403463: The conditional access policy failed.</title>',
      html,
      'VERIFY_CONDITIONAL_ACCESS',
      'VS403463: The conditional',
    ],
    [401, '', {}, 'VERIFY_TOKEN_REFUSED', '401'],
    [203, '<html>', html, 'VERIFY_TOKEN_REFUSED', '203'],
    [302, '', {}, 'VERIFY_TOKEN_REFUSED', '302'],
    [403, { message: 'TF50309: No permission.' }, {}, 'VERIFY_ACCESS_DENIED', 'TF50309'],
    [404, { message: 'TF50309: No permission.' }, {}, 'VERIFY_ACCESS_DENIED', 'TF50309'],
    [404, { message: 'TF401019: No permission.' }, {}, 'VERIFY_ACCESS_DENIED', 'TF401019'],
    [404, '', {}, 'VERIFY_ORGANIZATION_NOT_FOUND', '404'],
    [400, '', {}, 'VERIFY_RESPONSE_INVALID', '400'],
    [429, '', {}, 'AZURE_DEVOPS_THROTTLED', '429'],
    [503, '', {}, 'AZURE_DEVOPS_UNAVAILABLE', '503'],
  ] as const) {
    it(`calls HTTP ${status} with ${JSON.stringify(body).slice(0, 40)} ${code}`, () => {
      failsWith(
        code,
        'https://dev.azure.com/contoso',
        objectId,
        part,
      )(toVerifyRefusal(createAnswer(status, body, headers), caller));
    });
  }

  it('compares no tenant that the token does not say', () => {
    const answer = createAnswer(401, '', challenge(otherTenantId));
    failsWith(
      'VERIFY_TOKEN_REFUSED',
      'the identity',
    )(toVerifyRefusal(answer, { ...caller, tenantId: undefined, objectId: undefined }));
  });

  it('shows no title but that of a refusal', () => {
    const page = '<html><title>Words of a stranger</title>';
    assert.doesNotMatch(toVerifyRefusal(createAnswer(401, page, html), caller).message, /stranger/);
  });

  it('needs no time for a page that never ends its title', () => {
    const begin = Date.now();
    toVerifyRefusal(createAnswer(401, `<title>${'TF111'.repeat(200_000)}`, html), caller);
    assert.ok(Date.now() - begin < 500);
  });
});

const parse = (body: string | object, status = 200) =>
  parseConnectionData(createAnswer(status, body), caller);

describe('parseConnectionData', () => {
  const id = '0b1ec71d-0000-4000-8000-00000000000f';

  for (const [user, expected] of [
    [{ id, providerDisplayName: 'deploy-app', customDisplayName: 'x' }, 'deploy-app'],
    [{ id, customDisplayName: 'Deploy' }, 'Deploy'],
    [{ id, providerDisplayName: 'a\n##vso[task.complete]' }, 'a #_vso[task.complete]'],
    [{ id }, id],
  ] as const) {
    it(`reads the name ${JSON.stringify(expected)}`, () => {
      assert.equal(parse({ authenticatedUser: user }), expected);
    });
  }

  it('takes the anonymous identity for none', () => {
    for (const anonymous of [
      'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
      'AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA',
    ]) {
      assert.throws(
        () => parse({ authenticatedUser: { id: anonymous, providerDisplayName: 'Anonymous' } }),
        failsWith('VERIFY_IDENTITY_NOT_IN_ORGANIZATION', objectId, 'https://dev.azure.com/contoso'),
      );
    }
  });

  it('takes an answer without an identity for an invalid one', () => {
    for (const body of [
      '',
      '{',
      '[]',
      '{}',
      'null',
      '{"authenticatedUser":null}',
      '{"authenticatedUser":"x"}',
      '{"authenticatedUser":{"id":5}}',
      '{"authenticatedUser":[]}',
    ]) {
      assert.throws(() => parse(body), failsWith('VERIFY_RESPONSE_INVALID'));
    }
  });

  it('takes no identity from an answer of another status', () => {
    assert.throws(
      () => parse({ authenticatedUser: { id } }, 401),
      failsWith('VERIFY_TOKEN_REFUSED'),
    );
  });
});
