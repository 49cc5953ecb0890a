import { join } from 'node:path';
import type { Scenario } from '../../e2e/support/run-task.ts';
import { profiles } from '../profiles.ts';
import type { Fault } from '../services/faults.ts';
import type { World } from '../world.ts';
import type { Failure } from './failure.ts';

const azureDevOps = 'dev.azure.com';
const entra = 'login.microsoftonline.com';
// Enough for every retry.
const always = 100;

function onTheWire(name: string, code: Failure['code'], fault: Fault): Failure {
  return {
    name,
    code,
    provoke: (world) => {
      world.faults.next({ service: 'entra', times: always, fault });
      return {};
    },
    shows: () => [entra],
  };
}

function badCertificate(
  name: string,
  code: Failure['code'],
  flaw: NonNullable<Parameters<World['faults']['certificate']>[1]>,
): Failure {
  return {
    name,
    code,
    provoke: (world) => {
      world.faults.certificate(azureDevOps, flaw);
      return {};
    },
    shows: () => [azureDevOps],
  };
}

function proxyStatus(name: string, code: Failure['code'], status: number): Failure {
  return {
    name,
    code,
    provoke: (world) => {
      world.proxy.next({ fault: { kind: 'status', status }, times: always });
      return {};
    },
    shows: (world) => [azureDevOps, world.proxy.url, String(status)],
  };
}

/** A job without a proxy, of a collection at an address of its own: no public host leads here then. */
const direct = (origin: string): Scenario => ({
  proxy: null,
  profile: { ...profiles.yaml, collectionUri: (organization) => `${origin}/${organization}/` },
});

/** Failures between the agent and the services. */
export const networkFailures: readonly Failure[] = [
  {
    name: 'A host whose name nobody knows',
    code: 'NETWORK_NAME_NOT_RESOLVED',
    provoke: () => direct('https://azure-devops.invalid'),
    shows: () => ['azure-devops.invalid'],
  },
  {
    name: 'A host that cannot be reached',
    code: 'NETWORK_UNREACHABLE',
    provoke: () => direct('https://127.0.0.1:1'),
    shows: () => ['127.0.0.1:1', 'ECONNREFUSED'],
  },
  {
    name: 'A proxy whose name nobody knows',
    code: 'PROXY_UNREACHABLE',
    provoke: () => ({ proxy: { url: 'http://proxy.invalid:3128' } }),
    shows: () => [azureDevOps, 'http://proxy.invalid:3128'],
  },
  {
    name: 'A proxy that is down',
    code: 'PROXY_UNREACHABLE',
    provoke: async (world) => {
      await world.proxy.stop();
      return {};
    },
    shows: (world) => [azureDevOps, world.proxy.url, 'ECONNREFUSED'],
  },
  {
    ...onTheWire('A connection that is cut', 'NETWORK_CONNECTION_LOST', { kind: 'reset' }),
    typical: true,
  },
  onTheWire('An answer that never ends', 'RESPONSE_TOO_LARGE', { kind: 'endless-body' }),
  onTheWire('An answer without content', 'RESPONSE_EMPTY', { kind: 'answer', status: 204 }),
  onTheWire('An answer that is broken off', 'RESPONSE_UNREADABLE', { kind: 'truncated-gzip' }),
  {
    name: 'A proxy that speaks another protocol',
    code: 'PROXY_INVALID',
    provoke: () => ({ proxy: null, machine: { HTTPS_PROXY: 'socks5://proxy.example:1080' } }),
    shows: () => ['HTTPS_PROXY', '"socks5://proxy.example:1080"'],
  },
  proxyStatus('A proxy that wants a password', 'PROXY_AUTHENTICATION_REQUIRED', 407),
  proxyStatus('A proxy that does not allow the host', 'PROXY_REFUSED', 403),
  proxyStatus('A proxy that cannot reach the host', 'PROXY_FAILED', 502),
  badCertificate('A certificate of an unknown authority', 'TLS_CERTIFICATE_UNTRUSTED', 'untrusted'),
  badCertificate('A certificate that has expired', 'TLS_CERTIFICATE_EXPIRED', 'expired'),
  badCertificate('A certificate of another host', 'TLS_HOST_MISMATCH', 'wrong-host'),
  {
    name: 'A proxy that answers without TLS where TLS is expected',
    code: 'TLS_HANDSHAKE_FAILED',
    provoke: (world) => ({ proxy: { url: world.proxy.url.replace('http:', 'https:') } }),
    shows: () => [azureDevOps],
  },
  {
    name: 'A CA file that is not there',
    code: 'CA_FILE_UNREADABLE',
    provoke: (world) => ({ certificates: { caFile: join(world.caFile, '..', 'no-such-ca.pem') } }),
    shows: () => ['no-such-ca.pem', 'agent.cainfo', 'ENOENT'],
  },
];
