import { keeperMemory } from './keeper-options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const needed: ReadonlySet<string> = new Set([
  // Windows opens no socket without these; a Node that needs libraries of its own finds them by the last.
  'SYSTEMROOT',
  'WINDIR',
  'LD_LIBRARY_PATH',
  // Which certificates to trust.
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'OPENSSL_CONF',
  // By this the agent's own clean-up finds it at the end of the job (agent: `JobExtension.cs`).
  'VSTS_PROCESS_LOOKUP_ID',
]);

/** Options of Node that decide which certificates, ciphers and addresses are taken. */
const trustOption =
  /^--(?:use-(?:openssl|bundled|system)-ca|openssl-\S+|tls-\S+|(?:enable|force)-fips|dns-result-order=\S+)$/;

/** The environment of the keeper: what a process needs to start and to reach the services, and nothing else. */
export function toKeeperEnvironment(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && needed.has(name.toUpperCase())) kept[name] = value;
  }
  const options = (environment['NODE_OPTIONS'] ?? '')
    .split(/\s+/)
    .filter((option) => trustOption.test(option));
  if (options.length > 0) kept['NODE_OPTIONS'] = options.join(' ');
  return { ...kept, ...keeperMemory };
}
