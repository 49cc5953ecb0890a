import type * as Crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import type * as Tls from 'node:tls';
import { TaskError } from '../../errors/task-error.ts';
import { neutralise, quote } from '../../text/text.ts';

/** The CAs that are trusted, ready for connections when the first one needs them. */
export type Trust = () => Promise<Tls.SecureContext>;

/**
 * Trust in Node's built-in CAs and NODE_EXTRA_CA_CERTS and, in addition, in those of a file. Rejects at once with
 * `CA_FILE_UNREADABLE`.
 */
export async function readTrust(caFile: string | undefined): Promise<Trust> {
  const more =
    caFile === undefined ? undefined : readCertificates(caFile, await import('node:crypto'));
  let context: Promise<Tls.SecureContext> | undefined;
  return async () => (context ??= createContext(more));
}

async function createContext(more: readonly string[] | undefined): Promise<Tls.SecureContext> {
  const tls = await import('node:tls');
  // A `ca` of one's own replaces Node's, so all have to be named.
  return tls.createSecureContext(
    more === undefined ? {} : { ca: [...readDefaultCertificates(tls), ...more] },
  );
}

function readDefaultCertificates(tls: typeof Tls): readonly string[] {
  // Since Node 22.15 one call knows all, those of --use-system-ca included.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
  if (getCACertificates !== undefined) return getCACertificates('default');
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  if (extra === undefined || extra === '') return tls.rootCertificates;
  try {
    return [...tls.rootCertificates, readFileSync(extra, 'utf8')];
  } catch {
    // Node itself only warns of it, at its start.
    return tls.rootCertificates;
  }
}

function readCertificates(file: string, crypto: typeof Crypto): readonly string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw unreadable(file, `reading it failed (${neutralise(code)})`, cause);
  }
  // One by one: OpenSSL says nothing of a damaged certificate, and reads none that follow it.
  const certificates = [
    ...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g),
  ].flatMap(([pem]) => (isCertificate(pem, crypto) ? pem : []));
  if (certificates.length > 0) return certificates;
  throw unreadable(file, 'it holds no certificates in PEM form');
}

function isCertificate(pem: string, { X509Certificate }: typeof Crypto): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function unreadable(file: string, why: string, cause?: unknown): TaskError {
  return new TaskError(
    'CA_FILE_UNREADABLE',
    `The agent names ${quote(file)} as the file with its additional CA certificates (agent.cainfo), and ${why}.`,
    { cause },
  );
}
