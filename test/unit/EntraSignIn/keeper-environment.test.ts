import assert from 'node:assert/strict';
import { toKeeperEnvironment } from '../../../tasks/EntraSignIn/EntraSignInV1/src/keeper-environment.ts';

describe('toKeeperEnvironment', () => {
  it('keeps what a process needs, and nothing else', () => {
    const kept = {
      SystemRoot: 'C:\\Windows',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      VSTS_PROCESS_LOOKUP_ID: 'vsts_1',
    };
    assert.deepEqual(
      toKeeperEnvironment({
        ...kept,
        PATH: '/bin',
        HOME: '/root',
        HTTPS_PROXY: 'http://user:password@proxy',
        SECRET_TOKEN: 'x',
        INPUT_TOOLS: 'git',
        ENDPOINT_AUTH_SYSTEMVSSCONNECTION: '{}',
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        NODE_DEBUG: 'http',
        UNDEFINED: undefined,
      }),
      { ...kept, MALLOC_ARENA_MAX: '1' },
    );
  });

  it('keeps of NODE_OPTIONS what decides about certificates and addresses', () => {
    assert.deepEqual(
      toKeeperEnvironment({
        NODE_OPTIONS:
          '--require /x.js --use-system-ca  --inspect --dns-result-order=ipv4first --tls-min-v1.3 --max-old-space-size=9',
      }),
      {
        NODE_OPTIONS: '--use-system-ca --dns-result-order=ipv4first --tls-min-v1.3',
        MALLOC_ARENA_MAX: '1',
      },
    );
    assert.deepEqual(toKeeperEnvironment({ NODE_OPTIONS: '--require /x.js' }), {
      MALLOC_ARENA_MAX: '1',
    });
  });
});
