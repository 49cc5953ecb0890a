import { TaskError, type ErrorCode } from '../errors/task-error.ts';
import { neutralise } from '../text/text.ts';

/** Node's and OpenSSL's codes (nodejs.org/api/errors.html, docs.openssl.org X509_verify_cert_error_string). */
const codesByCause: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'NETWORK_NAME_NOT_RESOLVED',
  EAI_AGAIN: 'NETWORK_NAME_NOT_RESOLVED',
  EAI_FAIL: 'NETWORK_NAME_NOT_RESOLVED',
  EAI_NODATA: 'NETWORK_NAME_NOT_RESOLVED',
  ECONNREFUSED: 'NETWORK_UNREACHABLE',
  EHOSTUNREACH: 'NETWORK_UNREACHABLE',
  ENETUNREACH: 'NETWORK_UNREACHABLE',
  EHOSTDOWN: 'NETWORK_UNREACHABLE',
  ENETDOWN: 'NETWORK_UNREACHABLE',
  EADDRNOTAVAIL: 'NETWORK_UNREACHABLE',
  EACCES: 'NETWORK_UNREACHABLE',
  EPERM: 'NETWORK_UNREACHABLE',
  ECONNRESET: 'NETWORK_CONNECTION_LOST',
  ECONNABORTED: 'NETWORK_CONNECTION_LOST',
  EPIPE: 'NETWORK_CONNECTION_LOST',
  ERR_STREAM_PREMATURE_CLOSE: 'NETWORK_CONNECTION_LOST',
  ETIMEDOUT: 'NETWORK_TIMEOUT',
  CERT_HAS_EXPIRED: 'TLS_CERTIFICATE_EXPIRED',
  CERT_NOT_YET_VALID: 'TLS_CERTIFICATE_EXPIRED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS_HOST_MISMATCH',
  UNABLE_TO_GET_ISSUER_CERT: 'TLS_CERTIFICATE_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS_CERTIFICATE_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS_CERTIFICATE_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS_CERTIFICATE_UNTRUSTED',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS_CERTIFICATE_UNTRUSTED',
  INVALID_CA: 'TLS_CERTIFICATE_UNTRUSTED',
  INVALID_PURPOSE: 'TLS_CERTIFICATE_UNTRUSTED',
  PATH_LENGTH_EXCEEDED: 'TLS_CERTIFICATE_UNTRUSTED',
  EPROTO: 'TLS_HANDSHAKE_FAILED',
};

/** What is wrong, in words, where the code alone is only known to those who know it. */
const problems: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'it was refused',
  ECONNRESET: 'it was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself, by no CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by a CA that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by a CA that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by a CA that is not known here',
  EPROTO: 'what answers there does not speak TLS as Node does',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what answers there does not speak TLS',
};

/**
 * A failure of Node's network stack while talking to `host`, as the error to show. `via` names the
 * proxy in between, if any.
 */
export function toNetworkError(cause: unknown, host: string, via?: string): TaskError {
  if (cause instanceof TaskError) return cause;
  const name = toCauseCode(cause);
  const code = toCode(name);
  const through = via === undefined ? '' : ` through the proxy ${via}`;
  const what =
    code === 'RESPONSE_UNREADABLE'
      ? `The answer of ${host}${through} cannot be read (${neutralise(name)}).`
      : `The connection to ${host}${through} failed${toProblem(name)}.`;
  return new TaskError(code, what, { cause });
}

const noConnection: ReadonlySet<ErrorCode> = new Set([
  'NETWORK_UNREACHABLE',
  'NETWORK_TIMEOUT',
  'PROXY_UNREACHABLE',
]);

/**
 * The error with the addresses that were tried, where there may have been no connection: a name often has
 * several, and one of them may be dead.
 */
export function withAddresses(error: TaskError, tried: ReadonlySet<string>): TaskError {
  if (tried.size === 0 || !noConnection.has(error.code)) return error;
  const addresses = [...tried].map((address) => neutralise(address)).join(', ');
  return new TaskError(error.code, `${error.message} Addresses tried: ${addresses}.`, {
    cause: error,
    retryAfterMs: error.retryAfterMs,
  });
}

/** A failure while talking to the proxy itself, on the way to `host`, as the error to show. */
export function toProxyError(cause: unknown, host: string, proxy: string): TaskError {
  if (cause instanceof TaskError) return cause;
  const name = toCauseCode(cause);
  const code = toCode(name);
  if (code === 'RESPONSE_UNREADABLE') {
    return new TaskError(
      'PROXY_INVALID',
      `What answers at ${proxy} is no HTTP proxy (${neutralise(name)}).`,
      { cause },
    );
  }
  const isUnreachable = code === 'NETWORK_NAME_NOT_RESOLVED' || code === 'NETWORK_UNREACHABLE';
  return new TaskError(
    isUnreachable ? 'PROXY_UNREACHABLE' : code,
    `The connection to the proxy ${proxy}, for ${host}, failed${toProblem(name)}.`,
    { cause },
  );
}

/** The proxy's answer to CONNECT that opens no tunnel, as the error to show. */
export function toProxyRefusal(status: number, host: string, proxy: string): TaskError {
  if (status === 407) {
    return new TaskError(
      'PROXY_AUTHENTICATION_REQUIRED',
      `The proxy ${proxy} wants a user name and password, or refuses those it got, for ${host} (HTTP status 407).`,
    );
  }
  return new TaskError(
    status >= 500 ? 'PROXY_FAILED' : 'PROXY_REFUSED',
    `The proxy ${proxy} does not connect to ${host} (HTTP status ${status}).`,
  );
}

function toProblem(name: string): string {
  const problem = Object.hasOwn(problems, name) ? `: ${problems[name]}` : '';
  return `${problem} (${neutralise(name)})`;
}

function toCode(name: string): ErrorCode {
  const known = codesByCause[name];
  if (known !== undefined) return known;
  if (name.startsWith('HPE_') || name.startsWith('Z_') || name === 'ERR_BUFFER_TOO_LARGE') {
    return 'RESPONSE_UNREADABLE';
  }
  // CERT_REVOKED, CERT_CHAIN_TOO_LONG and the other verdicts of OpenSSL: final, so never retried.
  if (name.startsWith('CERT_')) return 'TLS_CERTIFICATE_UNTRUSTED';
  return name.startsWith('ERR_SSL_') || name.startsWith('ERR_TLS_')
    ? 'TLS_HANDSHAKE_FAILED'
    : 'NETWORK_CONNECTION_LOST';
}

// A connection that was tried on several addresses fails with an AggregateError around the causes.
function toCauseCode(cause: unknown): string {
  const { code, errors } = (cause ?? {}) as { readonly code?: unknown; readonly errors?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  if (first !== undefined) return toCauseCode(first);
  return cause instanceof Error ? cause.name : 'unknown';
}
