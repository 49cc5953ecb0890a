import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { TaskError } from '../errors.ts';
import { neutralise, quote } from '../text.ts';

/**
 * Trust in the CAs of a file, in addition to Node's built-in ones and NODE_EXTRA_CA_CERTS: a `ca` of
 * one's own replaces Node's, so all have to be named.
 */
export function createTrust(caFile: string): tls.SecureContext {
  const certificates = [...readDefaultCertificates(), readCertificates(caFile)];
  try {
    return tls.createSecureContext({ ca: certificates });
  } catch (cause) {
    throw unreadable(caFile, 'it holds no certificates in PEM form', cause);
  }
}

function readDefaultCertificates(): readonly string[] {
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

function readCertificates(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw unreadable(file, `reading it failed (${neutralise(code)})`, cause);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw unreadable(file, 'it holds no certificates in PEM form');
  }
  return text;
}

function unreadable(file: string, why: string, cause?: unknown): TaskError {
  return new TaskError(
    'CA_FILE_UNREADABLE',
    `The agent names ${quote(file)} as the file with its additional CA certificates (agent.cainfo), and ${why}.`,
    { cause },
  );
}
