import type { ErrorCode } from '../../../tasks/common/errors/task-error.ts';
import type { CertificateFlaw } from '../../local/services/certificate-authority.ts';
import type { ProxyFault } from '../../local/services/connect-proxy.ts';
import type { Fault } from '../../local/services/faults.ts';
import { readyFaults } from '../../local/services/ready-faults.ts';
import type { ServiceName, Way } from '../support/stage.ts';
import type { Failure, Target } from './targets.ts';

/** What goes wrong: an answer, a certificate or the tunnel. Made for each run, because some hold a time. */
export type Mishap =
  | { readonly at: 'request'; readonly fault: () => Fault }
  | { readonly at: 'certificate'; readonly flaw: CertificateFlaw }
  | { readonly at: 'tunnel'; readonly fault: ProxyFault };

/** One line of the matrix for each request and way. */
export interface FaultCase {
  readonly name: string;
  readonly mishap: Mishap;
  readonly times: 'once' | 'always';
  /** How the step ends. */
  readonly outcome: (target: Target) => 'recovered' | 'succeeded' | ErrorCode;
  /** How often the request is tried. */
  readonly tries: number;
  /** Where it makes sense; everywhere by default. */
  readonly way?: Way;
  readonly service?: ServiceName;
  /** Takes the 30 s of a request and more. */
  readonly slow?: boolean;
  /** Part of the short run. */
  readonly short?: boolean;
}

type Extra = Partial<Pick<FaultCase, 'way' | 'service' | 'slow' | 'short' | 'tries'>>;
type Code = ErrorCode | Failure;

const toCode = (code: Code, { codes }: Target): ErrorCode =>
  code in codes ? codes[code as Failure] : (code as ErrorCode);

/** Helps to try again: comes through when it happens once, fails after all tries when it stays. */
function passing(name: string, mishap: Mishap, code: Code, extra: Extra = {}): FaultCase[] {
  const { tries = 4, ...more } = extra;
  return [
    { name, mishap, times: 'once', outcome: () => 'recovered', tries: 2, ...more },
    {
      name,
      mishap,
      times: 'always',
      outcome: (target) => toCode(code, target),
      tries,
      ...more,
      short: false,
    },
  ];
}

/** Does not help to try again: one try, and the error. */
function final(name: string, mishap: Mishap, code: Code, extra: Extra = {}): FaultCase[] {
  const outcome = (target: Target): ErrorCode => toCode(code, target);
  return [{ name, mishap, times: 'always', outcome, tries: 1, ...extra }];
}

/** Strange, but the answer is there. */
function harmless(name: string, mishap: Mishap, extra: Extra = {}): FaultCase[] {
  return [{ name, mishap, times: 'always', outcome: () => 'succeeded', tries: 1, ...extra }];
}

const request = (fault: Fault | (() => Fault)): Mishap => ({
  at: 'request',
  fault: typeof fault === 'function' ? fault : () => fault,
});
const tunnel = (fault: ProxyFault): Mishap => ({ at: 'tunnel', fault });
const answer = (status: number, body: unknown = {}): Mishap =>
  request({ kind: 'json', status, value: body });
const edit = (change: Record<string, unknown>): Mishap =>
  request({ kind: 'edit', edit: (body) => ({ ...body, ...change }) });

const short = { short: true };
const slow = { slow: true };
const proxied = { way: 'proxied' } as const;
const oidc = { service: 'azure-devops' } as const;
const token = { service: 'entra' } as const;

/** The connection and the pace of the answer. */
const network: readonly FaultCase[] = [
  ...passing('connection reset', request({ kind: 'reset' }), 'NETWORK_CONNECTION_LOST', short),
  ...passing('connection closed', request({ kind: 'close' }), 'NETWORK_CONNECTION_LOST'),
  ...passing(
    'connection closed in the answer',
    request({ kind: 'close-after-headers' }),
    'NETWORK_CONNECTION_LOST',
    short,
  ),
  ...passing('no answer', request({ kind: 'hang' }), 'NETWORK_TIMEOUT', { ...slow, tries: 3 }),
  ...passing('body stops halfway', request({ kind: 'stalled-body' }), 'NETWORK_TIMEOUT', {
    ...slow,
    tries: 3,
  }),
  ...passing('10 bytes a second', request({ kind: 'slow-body' }), 'NETWORK_TIMEOUT', {
    ...slow,
    tries: 3,
  }),
  ...passing('a header line every 0.1 s', request({ kind: 'slow-headers' }), 'NETWORK_TIMEOUT', {
    ...slow,
    tries: 3,
  }),
  ...harmless('answer 0.5 s late', request({ kind: 'delay', ms: 500 })),
  ...harmless(
    'answer in small pieces',
    request({ kind: 'slow-body', everyMs: 20, chunkBytes: 200 }),
    short,
  ),
  ...harmless('ten late headers', request({ kind: 'slow-headers', everyMs: 20, count: 10 })),
];

/** Size and encoding of the answer. */
const bodies: readonly FaultCase[] = [
  ...final('body of 10 MB', request({ kind: 'large-body' }), 'RESPONSE_TOO_LARGE', short),
  ...final('endless body', request({ kind: 'endless-body' }), 'RESPONSE_TOO_LARGE', short),
  ...final(
    'endless headers',
    request({ kind: 'slow-headers', everyMs: 0 }),
    'RESPONSE_UNREADABLE',
    short,
  ),
  ...harmless('gzip that nobody asked for', request({ kind: 'gzip' }), short),
  ...final('truncated gzip', request({ kind: 'truncated-gzip' }), 'RESPONSE_UNREADABLE', short),
  ...final(
    '64 MB in 64 KB of gzip',
    request({ kind: 'gzip', bytes: 64 * 1024 * 1024 }),
    'RESPONSE_UNREADABLE',
    short,
  ),
  ...harmless('JSON as text/html', request({ kind: 'content-type', value: 'text/html' }), short),
  ...harmless(
    'JSON as application/octet-stream',
    request({ kind: 'content-type', value: 'application/octet-stream' }),
  ),
  ...final('half of the JSON', request({ kind: 'invalid-json' }), 'invalid', short),
  ...passing('empty body', request({ kind: 'answer', status: 200 }), 'RESPONSE_EMPTY', {
    ...short,
    tries: 3,
  }),
  ...passing('204', request({ kind: 'answer', status: 204 }), 'RESPONSE_EMPTY', { tries: 3 }),
  ...harmless('JSON behind a byte order mark', request({ kind: 'byte-order-mark' }), short),
];

/** JSON that is not what was asked for. */
const shapes: readonly FaultCase[] = [
  ...final('null', answer(200, null), 'invalid'),
  ...final('a list', answer(200, []), 'invalid'),
  ...final('a text', answer(200, 'eyJ'), 'invalid'),
  ...final('an empty object', answer(200), 'invalid', short),
  ...final('the token is an object', edit({ oidcToken: {}, access_token: {} }), 'invalid'),
  ...final('the token is empty', edit({ oidcToken: '', access_token: '' }), 'invalid'),
  ...final(
    'the token holds a logging command',
    request(() => readyFaults.tokenWithCommand()),
    'invalid',
    short,
  ),
  ...final('a token and an error', edit({ error_description: 'No.' }), 'invalid', token),
  ...final('no expires_in', edit({ expires_in: undefined }), 'invalid', token),
  ...final('expires_in is 0', edit({ expires_in: 0 }), 'invalid', token),
  ...final('expires_in is a text', edit({ expires_in: 'an hour' }), 'invalid', {
    ...token,
    ...short,
  }),
];

/** Answers that say no, or not now. */
const statuses: readonly FaultCase[] = [
  ...[408, 500, 502, 504].flatMap((status) =>
    passing(`HTTP ${status}`, answer(status), 'unavailable'),
  ),
  ...passing(
    'HTTP 503 with a page',
    request(() => readyFaults.outagePage()),
    'unavailable',
    short,
  ),
  ...passing(
    'HTTP 429',
    request(() => readyFaults.tooManyRequests()),
    'throttled',
  ),
  ...passing(
    'HTTP 429, Retry-After: 1',
    request(() => readyFaults.tooManyRequests(1)),
    'throttled',
    short,
  ),
  ...passing(
    'HTTP 429, Retry-After: a date',
    request(() => readyFaults.tooManyRequests(new Date(Date.now() + 2000))),
    'throttled',
  ),
  ...final(
    'HTTP 429, Retry-After: 3600',
    request(() => readyFaults.tooManyRequests(3600)),
    'throttled',
    short,
  ),
  ...passing(
    'temporarily_unavailable',
    answer(400, { error: 'temporarily_unavailable', error_description: 'Try later.' }),
    'unavailable',
    token,
  ),
  ...final(
    'HTTP 302 to another host',
    request(() => readyFaults.redirect()),
    'page',
    short,
  ),
  ...final(
    'HTTP 203, sign-in page',
    request(() => readyFaults.signInPage()),
    'page',
  ),
  ...final(
    'HTTP 200, a page',
    request({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html><title>Welcome to the hotel</title></html>',
    }),
    'page',
  ),
  ...final('HTTP 400', answer(400), 'OIDC_REQUEST_REJECTED', oidc),
  ...final('HTTP 401', answer(401), 'OIDC_UNAUTHORIZED', oidc),
  ...final('HTTP 403', answer(403), 'OIDC_FORBIDDEN', oidc),
  ...final('HTTP 404', answer(404), 'OIDC_NOT_FOUND', oidc),
  ...final('invalid_client', answer(401, { error: 'invalid_client' }), 'ENTRA_REQUEST_REJECTED', {
    ...token,
    ...short,
  }),
  ...final(
    'error text with logging commands',
    request(() => readyFaults.hostileAzureDevOpsError()),
    'OIDC_FORBIDDEN',
    { ...oidc, ...short },
  ),
  ...passing(
    'error text with logging commands',
    request(() => readyFaults.hostileEntraError()),
    'FEDERATION_SUBJECT_MISMATCH',
    { ...token, tries: 3 },
  ),
];

/** Certificates: never tried again. */
const certificates: readonly FaultCase[] = (
  [
    ['expired', 'TLS_CERTIFICATE_EXPIRED'],
    ['not-yet-valid', 'TLS_CERTIFICATE_EXPIRED'],
    ['wrong-host', 'TLS_HOST_MISMATCH'],
    ['untrusted', 'TLS_CERTIFICATE_UNTRUSTED'],
    ['self-signed', 'TLS_CERTIFICATE_UNTRUSTED'],
  ] as const
).flatMap(([flaw, code]) => final(`certificate ${flaw}`, { at: 'certificate', flaw }, code, short));

/** The proxy's own troubles. */
const proxies: readonly FaultCase[] = [
  ...final(
    'CONNECT: 407',
    tunnel({ kind: 'status', status: 407 }),
    'PROXY_AUTHENTICATION_REQUIRED',
    {
      ...proxied,
      ...short,
    },
  ),
  ...harmless('CONNECT: 201', tunnel({ kind: 'tunnel', status: 201 }), { ...proxied, ...short }),
  ...final('CONNECT: 403', tunnel({ kind: 'status', status: 403 }), 'PROXY_REFUSED', proxied),
  ...passing('CONNECT: 502', tunnel({ kind: 'status', status: 502 }), 'PROXY_FAILED', {
    ...proxied,
    ...short,
  }),
  ...passing('CONNECT: closed', tunnel({ kind: 'close' }), 'NETWORK_CONNECTION_LOST', proxied),
  ...passing('CONNECT: reset', tunnel({ kind: 'reset' }), 'NETWORK_CONNECTION_LOST', proxied),
  ...passing(
    'CONNECT: tunnel closed',
    tunnel({ kind: 'close-tunnel' }),
    'NETWORK_CONNECTION_LOST',
    proxied,
  ),
  ...passing('CONNECT: no answer', tunnel({ kind: 'hang' }), 'NETWORK_TIMEOUT', {
    ...proxied,
    ...slow,
    tries: 3,
  }),
  ...final('CONNECT: no HTTP', tunnel({ kind: 'garbage' }), 'PROXY_INVALID', proxied),
  ...final('CONNECT: endless headers', tunnel({ kind: 'endless-headers' }), 'PROXY_INVALID', {
    ...proxied,
    ...short,
  }),
  ...final('CONNECT: no TLS behind it', tunnel({ kind: 'no-tls' }), 'TLS_HANDSHAKE_FAILED', {
    ...proxied,
    ...short,
  }),
];

/** Every fault of the matrix. */
export const faultCases: readonly FaultCase[] = [
  ...network,
  ...bodies,
  ...shapes,
  ...statuses,
  ...certificates,
  ...proxies,
];
