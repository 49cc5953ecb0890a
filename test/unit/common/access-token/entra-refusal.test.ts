import assert from 'node:assert/strict';
import { toEntraRefusal } from '../../../../tasks/common/access-token/entra-refusal.ts';
import type { ErrorCode } from '../../../../tasks/common/errors/task-error.ts';
import {
  clientId,
  createAnswer,
  createJwt,
  failsWith,
  tenantId,
  tokenRequest,
} from '../../fixtures.ts';

/** Entra's numbers (reference-error-codes and the Azure DevOps troubleshooting page). */
const catalogue: readonly (readonly [number, ErrorCode])[] = [
  [700016, 'APPLICATION_NOT_FOUND'],
  [700011, 'APPLICATION_NOT_FOUND'],
  [7000229, 'SERVICE_PRINCIPAL_MISSING'],
  [7000112, 'APPLICATION_DISABLED'],
  [70001, 'APPLICATION_DISABLED'],
  [70021, 'FEDERATION_MISMATCH'],
  [700211, 'FEDERATION_ISSUER_MISMATCH'],
  [700212, 'FEDERATION_AUDIENCE_MISMATCH'],
  [7002121, 'FEDERATION_AUDIENCE_MISMATCH'],
  [700213, 'FEDERATION_SUBJECT_MISMATCH'],
  [7002138, 'FEDERATION_SUBJECT_CASE_MISMATCH'],
  [70025, 'FEDERATION_CREDENTIAL_MISSING'],
  [70052, 'APPLICATION_NOT_SINGLE_TENANT'],
  [700223, 'FEDERATION_BLOCKED_BY_TENANT'],
  [700238, 'FEDERATION_ISSUER_NOT_ALLOWED'],
  [7002381, 'FEDERATION_ISSUER_NOT_ALLOWED'],
  [700222, 'ASSERTION_FROM_ENTRA'],
  [700231, 'ASSERTION_FROM_ENTRA'],
  [700024, 'ASSERTION_EXPIRED'],
  [700027, 'ASSERTION_SIGNATURE_INVALID'],
  [50166, 'ISSUER_UNREACHABLE'],
  [50013, 'ASSERTION_INVALID'],
  [500133, 'ASSERTION_EXPIRED'],
  [50027, 'ASSERTION_INVALID'],
  [7000215, 'CLIENT_SECRET_REFUSED'],
  [7000222, 'CLIENT_SECRET_REFUSED'],
  [90002, 'TENANT_NOT_FOUND'],
  [900023, 'TENANT_IDENTIFIER_INVALID'],
  [90038, 'CLOUD_MISMATCH'],
  [900382, 'CLOUD_MISMATCH'],
  [900432, 'CLOUD_MISMATCH'],
  [500011, 'RESOURCE_NOT_FOUND'],
  [650057, 'RESOURCE_NOT_PERMITTED'],
  [70011, 'SCOPE_INVALID'],
  [1002012, 'SCOPE_INVALID'],
  [28000, 'SCOPE_INVALID'],
  [28002, 'SCOPE_INVALID'],
  [28003, 'SCOPE_INVALID'],
  [901002, 'SCOPE_INVALID'],
  [53003, 'CONDITIONAL_ACCESS_BLOCKED'],
  [50196, 'ENTRA_REQUEST_LOOP'],
  [90006, 'ENTRA_UNAVAILABLE'],
  [90012, 'ENTRA_UNAVAILABLE'],
  [90024, 'ENTRA_UNAVAILABLE'],
  [90033, 'ENTRA_UNAVAILABLE'],
  [90090, 'ENTRA_UNAVAILABLE'],
  [90055, 'ENTRA_THROTTLED'],
  // Not for service principals, so not known to us.
  [530004, 'ENTRA_REQUEST_REJECTED'],
  [50034, 'ENTRA_REQUEST_REJECTED'],
  [123456789, 'ENTRA_REQUEST_REJECTED'],
];
const ids = {
  correlation: '0c0c0c0c-1111-4222-8333-444444444444',
  trace: '0d0d0d0d-1111-4222-8333-444444444444',
};
const refuse = (status: number, body: string | object, headers = {}) =>
  toEntraRefusal(createAnswer(status, body, headers), tokenRequest);

describe('toEntraRefusal', () => {
  for (const [number, code] of catalogue) {
    it(`calls AADSTS${number} ${code}, and shows the number and the sentence`, () => {
      const error_description = `AADSTS${number}: The service says why. Trace ID: ${ids.trace} Correlation ID: ${ids.correlation} Timestamp: 2026-11-24 10:00:00Z`;
      const error = refuse(401, { error: 'invalid_client', error_description });
      failsWith(code, `AADSTS${number}: The service says why.`)(error);
    });

    it(`knows AADSTS${number} by the list of codes alone`, () => {
      const error = refuse(400, { error: 'invalid_request', error_codes: [number] });
      failsWith(code, `AADSTS${number}`)(error);
    });
  }

  it('says what was asked, of whom and for whom', () => {
    failsWith(
      'ENTRA_REQUEST_REJECTED',
      'login.microsoftonline.com',
      tokenRequest.scope,
      clientId,
      tenantId,
      'invalid_request',
    )(refuse(400, { error: 'invalid_request' }));
  });

  it("prefers the sentence's number to the list's", () => {
    const error_description = 'AADSTS7002138: Only case differs.';
    const error = refuse(401, { error: 'x', error_description, error_codes: [700213] });
    failsWith('FEDERATION_SUBJECT_CASE_MISMATCH', 'AADSTS7002138: Only case differs.')(error);
  });

  for (const [how, body] of [
    [
      'in fields of their own',
      {
        error_description: 'AADSTS700016: Gone.',
        trace_id: ids.trace,
        correlation_id: ids.correlation,
        timestamp: '2026-11-24 10:00:00Z',
      },
    ],
    [
      'after line breaks',
      {
        error_description: `AADSTS700016: Gone.\r\nTrace ID: ${ids.trace}\r\nCorrelation ID: ${ids.correlation}\r\nTimestamp: 2026-11-24 10:00:00Z`,
      },
    ],
    [
      'after blanks',
      {
        error_description: `AADSTS700016: Gone. Trace ID: ${ids.trace} Correlation ID: ${ids.correlation} Timestamp: 2026-11-24 10:00:00Z`,
      },
    ],
  ] as const) {
    it(`keeps the ids and the time that come ${how}, once`, () => {
      const { message } = refuse(400, body);
      assert.ok(
        message.endsWith(
          `It said: AADSTS700016: Gone. (Correlation ID: ${ids.correlation}, Trace ID: ${ids.trace}, Timestamp: 2026-11-24 10:00:00Z)`,
        ),
        message,
      );
    });
  }

  for (const [status, body, code] of [
    [429, '', 'ENTRA_THROTTLED'],
    [429, { error: 'x' }, 'ENTRA_THROTTLED'],
    [408, '', 'ENTRA_UNAVAILABLE'],
    [500, '<html>', 'ENTRA_UNAVAILABLE'],
    [502, '', 'ENTRA_UNAVAILABLE'],
    [503, { error: 'server_error' }, 'ENTRA_UNAVAILABLE'],
    [504, '', 'ENTRA_UNAVAILABLE'],
    [400, { error: 'temporarily_unavailable' }, 'ENTRA_UNAVAILABLE'],
    [400, { error: 'invalid_scope' }, 'SCOPE_INVALID'],
    [400, { error: 'invalid_client' }, 'ENTRA_REQUEST_REJECTED'],
    [400, '', 'ENTRA_RESPONSE_INVALID'],
    [302, '', 'ENTRA_RESPONSE_INVALID'],
    [403, '<html>blocked</html>', 'ENTRA_RESPONSE_INVALID'],
    [400, '[]', 'ENTRA_RESPONSE_INVALID'],
    [400, { error: 5 }, 'ENTRA_RESPONSE_INVALID'],
    // A known number counts whatever the status.
    [503, { error: 'x', error_description: 'AADSTS700016: Gone.' }, 'APPLICATION_NOT_FOUND'],
  ] as const) {
    it(`calls HTTP ${status} with ${JSON.stringify(body)} ${code}`, () => {
      failsWith(code)(refuse(status, body));
    });
  }

  it('links to the explanation of a number that it does not know, and of no other', () => {
    const link = 'https://login.microsoftonline.com/error?code=1234';
    assert.ok(refuse(400, { error: 'x', error_codes: [1234] }).message.endsWith(link));
    assert.doesNotMatch(refuse(400, { error: 'x' }).message, /code=/);
    assert.doesNotMatch(refuse(400, { error: 'x', error_codes: [700016] }).message, /code=/);
  });

  it('takes only an id for an id', () => {
    const error_description = `AADSTS700016: Gone. Trace ID: ${ids.trace} Timestamp: 2026-11-24 10:00:00Z`;
    const { message } = refuse(400, {
      error_description,
      trace_id: 'words of a stranger',
      correlation_id: 'words of a stranger',
      timestamp: 'words of a stranger',
    });
    assert.doesNotMatch(message, /stranger|Correlation/);
    assert.ok(message.endsWith(`(Trace ID: ${ids.trace}, Timestamp: 2026-11-24 10:00:00Z)`));
  });

  it("shows the header with the request's id where the answer itself has none", () => {
    const headers = { 'x-ms-request-id': ids.trace };
    assert.ok(refuse(503, '<html>', headers).message.endsWith(`(x-ms-request-id: ${ids.trace})`));
    assert.doesNotMatch(
      refuse(400, { trace_id: 'x', error: 'x' }, headers).message,
      /x-ms-request/,
    );
  });

  it('says the status of an answer that explains nothing, and shows none of it', () => {
    const error = refuse(403, '<html>words of a stranger</html>');
    failsWith('ENTRA_RESPONSE_INVALID', 'HTTP status 403')(error);
    assert.doesNotMatch(error.message, /stranger/);
  });

  it('carries how long the service asks to wait', () => {
    assert.equal(refuse(429, '', { 'retry-after': '7' }).retryAfterMs, 7000);
    assert.equal(refuse(429, '').retryAfterMs, undefined);
  });

  it('shows no command, escape or token in any field of the answer', () => {
    const evil = `x\n##vso[task.setvariable variable=a]b\u001b[31m${createJwt({ sub: 'x' })}`;
    const error = refuse(400, {
      error: evil,
      error_description: `AADSTS700016: ${evil}`,
      trace_id: evil,
      correlation_id: evil,
      timestamp: evil,
    });
    failsWith('APPLICATION_NOT_FOUND', 'AADSTS700016')(error);
    assert.doesNotMatch(error.message, /##vso|\p{Cc}|eyJ/u);
  });

  it('needs no time for a megabyte of blanks, and shows no flood', () => {
    const begin = Date.now();
    const blanks = `${' '.repeat(1_000_000)}x`;
    const { message } = refuse(400, { error: 'x', error_description: blanks });
    assert.ok(Date.now() - begin < 500);
    assert.ok(message.length < 2000);
  });
});
