import assert from 'node:assert/strict';
import {
  parseConnectionData,
  toVerifyRefusal,
} from '../../tasks/EntraToken/EntraTokenV1/src/connection-data.ts';
import { readClaims } from '../../tasks/common/assertion/claims.ts';
import { parseConnection } from '../../tasks/common/service-connection/connection.ts';
import { toLogMessage } from '../../tasks/common/errors/log-message.ts';
import { TaskError } from '../../tasks/common/errors/task-error.ts';
import { parseOidcResponse } from '../../tasks/common/assertion/oidc-response.ts';
import type { HttpAnswer } from '../../tasks/common/network/send-request.ts';
import { neutralise } from '../../tasks/common/text/text.ts';
import { parseTokenResponse } from '../../tasks/common/access-token/token-response.ts';
import { clientId, connectionId, createJwt, objectId, tenantId, tokenRequest } from './fixtures.ts';
import { createRandom, toSeed, type Random } from './random.ts';

const rounds = 5000;
const longestMessage = 6000;
const signature = 'Ab0_'.repeat(86);
/** The token that hides in the answers; no segment of it may come out. */
const secret = createJwt({ oid: objectId, tid: tenantId, padding: 'x'.repeat(60) }, signature);
const fragments = [
  '##vso[task.setvariable variable=PATH]x',
  '##[error]x',
  '#\u001b[0m#vso[task.complete]',
  '\u001b[31m',
  '\u009b31m',
  '\r\n',
  '\u0000',
  '\u2028',
  '\u202e',
  '\ufeff',
  '%0A##vso[x]',
  '<title>VS403463: no',
  '</title>',
  'AADSTS700213: no match.',
  ' Trace ID: x',
  'There is no explicit reference to service connection',
  '\ud800',
  '"',
  '\\',
  'ü€🙂',
  'word ',
] as const;
const names = [
  'access_token',
  'expires_in',
  'error',
  'error_description',
  'error_codes',
  'trace_id',
  'correlation_id',
  'timestamp',
  'oidcToken',
  'message',
  'Message',
  'value',
  'authenticatedUser',
  'id',
  'providerDisplayName',
  'tid',
  'oid',
  'exp',
  'iss',
  'tenantid',
  'serviceprincipalid',
  'environment',
  'activeDirectoryAuthority',
  'idToken',
  '__proto__',
  'constructor',
] as const;

function anyText(random: Random): string {
  const length = random.pick([0, 1, 2, 5, 5, 40, 40, 300]);
  return Array.from({ length: random.below(length + 1) }, () => {
    const kind = random.below(12);
    if (kind === 0) return ` ${secret} `;
    if (kind < 5) return String.fromCharCode(random.below(0x300));
    return random.pick(fragments);
  }).join('');
}

function anyValue(random: Random, depth = 0): unknown {
  switch (random.below(depth > 3 ? 6 : 9)) {
    case 0:
      return random.pick([null, true, false]);
    case 1:
      return random.pick([0, -1, 3599, 1e300, 0.5, 700213, 700024]);
    case 2:
      return secret;
    case 3:
      return random.pick([tenantId, clientId, 'https://login.microsoftonline.com/', 'AzureCloud']);
    case 4:
    case 5:
      return anyText(random);
    case 6:
      return Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1));
    default:
      return anyObject(random, depth + 1);
  }
}

function anyObject(random: Random, depth = 0): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Array.from({ length: random.below(8) }, () => [random.pick(names), anyValue(random, depth)]),
  );
}

function anyBody(random: Random): string {
  const json = JSON.stringify(anyObject(random));
  switch (random.below(8)) {
    case 6:
      return JSON.stringify({ access_token: anyText(random), expires_in: 3599 });
    case 7:
      return JSON.stringify({ oidcToken: anyText(random) });
    case 0:
      return anyText(random);
    case 1:
      return json.slice(0, random.below(json.length + 1));
    case 2:
      return `<html><title>${anyText(random)}</title>${anyText(random)}`;
    default:
      return json;
  }
}

function anyAnswer(random: Random): HttpAnswer {
  const headers: Record<string, string> = {};
  for (const name of [
    'x-vss-e2eid',
    'activityid',
    'www-authenticate',
    'content-type',
    'retry-after',
  ]) {
    if (random.below(3) === 0) headers[name] = anyText(random);
  }
  if (random.below(5) === 0) headers['content-type'] = 'text/html';
  const status = random.pick([
    200, 200, 200, 201, 203, 302, 400, 401, 403, 404, 408, 429, 500, 503,
  ]);
  return { status, headers, body: anyBody(random) };
}

function assertHarmless(text: string, where: string): void {
  assert.ok(text.length <= longestMessage, `${where}: ${text.length} characters`);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, where);
  assert.doesNotMatch(text, /##vso\[|##\[/i, where);
  for (const segment of secret.split('.')) assert.ok(!text.includes(segment), `${where}: ${text}`);
}

/** What parses is returned; what does not is a harmless TaskError, and never anything else. */
function attempt<Value>(where: string, operation: () => Value): Value | undefined {
  try {
    return operation();
  } catch (thrown) {
    assert.ok(thrown instanceof TaskError, `${where} threw ${String(thrown)}`);
    assert.notEqual(thrown.code, 'INTERNAL_ERROR', where);
    assertHarmless(thrown.message, where);
    assert.equal(toLogMessage(thrown).split('\n').length, 3, where);
    const wait = thrown.retryAfterMs;
    assert.ok(wait === undefined || (Number.isFinite(wait) && wait >= 0), where);
    return undefined;
  }
}

function fuzzOnce(random: Random): void {
  const answer = anyAnswer(random);
  const caller = {
    objectId: random.pick([objectId, undefined]),
    tenantId: random.pick([tenantId, undefined]),
    organizationUrl: new URL('https://dev.azure.com/contoso'),
  };

  const now = new Date();
  const token = attempt('parseTokenResponse', () => parseTokenResponse(answer, tokenRequest, now));
  if (token !== undefined) {
    assert.match(token.value, /^[\x21-\x7e]+$/);
    assert.doesNotMatch(token.value, /##|[[\]%;]/);
    assert.ok(token.expiresOn > now);
    token.expiresOn.toISOString();
  }
  const assertion = attempt('parseOidcResponse', () =>
    parseOidcResponse(answer, connectionId, 'dev.azure.com'),
  );
  if (assertion !== undefined) assert.match(assertion, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const name = attempt('parseConnectionData', () => parseConnectionData(answer, caller));
  if (name !== undefined) assertHarmless(name, 'parseConnectionData');
  assertHarmless(toVerifyRefusal(answer, caller).message, 'toVerifyRefusal');
  assertHarmless(neutralise(answer.body), 'neutralise');

  const connection = attempt('parseConnection', () =>
    parseConnection(connectionId, random.pick(['azureRM', 'azureDevOps']), {
      url: anyText(random),
      scheme: random.pick([
        'WorkloadIdentityFederation',
        'workloadidentityfederation',
        anyText(random),
        'constructor',
      ]),
      parameters: random.pick([
        { tenantid: tenantId, serviceprincipalid: clientId },
        anyObject(random),
      ]),
      data: random.pick([undefined, '', answer.body, JSON.stringify(anyObject(random))]),
    }),
  );
  if (connection !== undefined) {
    assert.match(connection.authorityHost, /^https:\/\/[^/@]+$/);
    assert.match(`${connection.tenantId}${connection.clientId}`, /^[\w.-]+$/);
  }

  const payload = Buffer.from(answer.body).toString('base64url');
  for (const jwt of [
    answer.body,
    anyText(random),
    `a.${payload}.c`,
    createJwt(anyObject(random)),
  ]) {
    const claims = readClaims(jwt);
    for (const id of [claims?.objectId, claims?.tenantId]) {
      assert.match(id ?? objectId, /^[0-9a-f-]{36}$/i);
    }
    claims?.expiresOn?.toISOString();
  }
}

describe('the parsing core, given anything', () => {
  it(`throws nothing but harmless TaskErrors in ${rounds} cases`, () => {
    const seed = toSeed();
    console.log(`      FUZZ_SEED=${seed}`);
    for (let round = 0; round < rounds; round++) {
      // A sequence of its own for each case, so that one case can be replayed and looked at alone.
      try {
        fuzzOnce(createRandom(seed + round));
      } catch (cause) {
        const detail = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Case ${round}, replay with FUZZ_SEED=${seed + round}: ${detail}`, {
          cause,
        });
      }
    }
  });
});
