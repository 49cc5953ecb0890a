import { createHash } from 'node:crypto';

/** Java's default password for trust stores; it protects nothing, a certificate is public. */
const password = 'changeit';

/**
 * Writes a certificate as the trust store that Java reads: the JKS format, version 2, as in OpenJDK's
 * `sun.security.provider.JavaKeyStore.engineStore`.
 */
export function createJavaTrustStore(certificatePem: string): Buffer {
  const der = Buffer.from(certificatePem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const trustedCertificate = 2;
  const content = Buffer.concat([
    integer(0xfeedfeed),
    integer(2),
    integer(1),
    integer(trustedCertificate),
    text('local'),
    // The time of the entry, in milliseconds as a long.
    Buffer.alloc(8),
    text('X.509'),
    integer(der.length),
    der,
  ]);
  const digest = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(content)
    .digest();
  return Buffer.concat([content, digest]);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
}
