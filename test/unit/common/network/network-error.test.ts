import assert from 'node:assert/strict';
import { TaskError, type ErrorCode } from '../../../../tasks/common/errors/task-error.ts';
import {
  toNetworkError,
  toProxyError,
  toProxyRefusal,
} from '../../../../tasks/common/network/network-error.ts';
import { failsWith } from '../../fixtures.ts';

const codes: Partial<Record<ErrorCode, readonly string[]>> = {
  NETWORK_NAME_NOT_RESOLVED: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA'],
  NETWORK_UNREACHABLE: [
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EHOSTDOWN',
    'ENETDOWN',
    'EADDRNOTAVAIL',
    'EACCES',
    'EPERM',
  ],
  NETWORK_CONNECTION_LOST: [
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ERR_STREAM_PREMATURE_CLOSE',
    'EWHATEVER',
  ],
  NETWORK_TIMEOUT: ['ETIMEDOUT'],
  TLS_CERTIFICATE_EXPIRED: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
  TLS_HOST_MISMATCH: ['ERR_TLS_CERT_ALTNAME_INVALID'],
  TLS_CERTIFICATE_UNTRUSTED: [
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_SIGNATURE_FAILURE',
    'CERT_UNTRUSTED',
    'CERT_REJECTED',
    'CERT_REVOKED',
    'CERT_CHAIN_TOO_LONG',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
  ],
  TLS_HANDSHAKE_FAILED: ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_TLS_HANDSHAKE_TIMEOUT'],
  RESPONSE_UNREADABLE: [
    'HPE_INVALID_CONSTANT',
    'HPE_HEADER_OVERFLOW',
    'Z_DATA_ERROR',
    'Z_BUF_ERROR',
    'ERR_BUFFER_TOO_LARGE',
  ],
};
const fault = (code: string): Error => Object.assign(new Error('text with a secret'), { code });

describe('toNetworkError', () => {
  for (const [code, causes] of Object.entries(codes)) {
    for (const cause of causes) {
      it(`calls ${cause} ${code}`, () => {
        const error = toNetworkError(fault(cause), 'dev.azure.com');
        failsWith(code as ErrorCode, 'dev.azure.com', cause)(error);
        assert.doesNotMatch(error.message, /secret/);
        assert.equal((error.cause as Error).message, 'text with a secret');
      });
    }
  }

  it('names the proxy in between', () => {
    failsWith(
      'NETWORK_UNREACHABLE',
      'dev.azure.com',
      'http://proxy:8080',
    )(toNetworkError(fault('ECONNREFUSED'), 'dev.azure.com', 'http://proxy:8080'));
  });

  it('looks into the errors of several addresses', () => {
    const several = new AggregateError([fault('ENETUNREACH'), fault('ECONNREFUSED')]);
    failsWith('NETWORK_UNREACHABLE', 'ENETUNREACH')(toNetworkError(several, 'h'));
  });

  it('passes an error of ours on', () => {
    const ours = new TaskError('RESPONSE_TOO_LARGE', 'x');
    assert.equal(toNetworkError(ours, 'h'), ours);
  });

  it('makes do with errors that have no code, and with none', () => {
    failsWith('NETWORK_CONNECTION_LOST', 'TypeError')(toNetworkError(new TypeError('x'), 'h'));
    for (const cause of [undefined, null, 'x', { code: 5 }, { code: '' }, { errors: [] }]) {
      failsWith('NETWORK_CONNECTION_LOST', 'unknown')(toNetworkError(cause, 'h'));
    }
  });

  it('shows the code neutralised', () => {
    assert.doesNotMatch(toNetworkError(fault('X\n##vso[x]'), 'h').message, /##vso|\n/);
  });
});

describe('toProxyError', () => {
  const proxy = 'http://proxy:8080';
  for (const [cause, code] of [
    ['ENOTFOUND', 'PROXY_UNREACHABLE'],
    ['ECONNREFUSED', 'PROXY_UNREACHABLE'],
    ['EHOSTUNREACH', 'PROXY_UNREACHABLE'],
    ['ECONNRESET', 'NETWORK_CONNECTION_LOST'],
    ['ETIMEDOUT', 'NETWORK_TIMEOUT'],
    ['CERT_HAS_EXPIRED', 'TLS_CERTIFICATE_EXPIRED'],
    ['EPROTO', 'TLS_HANDSHAKE_FAILED'],
    ['HPE_INVALID_CONSTANT', 'PROXY_INVALID'],
    ['HPE_HEADER_OVERFLOW', 'PROXY_INVALID'],
  ] as const) {
    it(`calls ${cause} ${code}, and names the proxy`, () => {
      const error = toProxyError(fault(cause), 'dev.azure.com', proxy);
      failsWith(code, proxy, cause)(error);
      assert.doesNotMatch(error.message, /secret/);
    });
  }

  it('passes an error of ours on', () => {
    const ours = toProxyRefusal(502, 'h', proxy);
    assert.equal(toProxyError(ours, 'h', proxy), ours);
  });
});

describe('toProxyRefusal', () => {
  for (const [status, code] of [
    [407, 'PROXY_AUTHENTICATION_REQUIRED'],
    [403, 'PROXY_REFUSED'],
    [404, 'PROXY_REFUSED'],
    [301, 'PROXY_REFUSED'],
    [500, 'PROXY_FAILED'],
    [504, 'PROXY_FAILED'],
  ] as const) {
    it(`calls the status ${status} ${code}`, () => {
      failsWith(
        code,
        'dev.azure.com',
        'http://proxy:8080',
        String(status),
      )(toProxyRefusal(status, 'dev.azure.com', 'http://proxy:8080'));
    });
  }
});
