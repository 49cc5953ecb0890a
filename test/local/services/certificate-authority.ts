// The stub must be evaluated before the library is.
import './reflect-metadata.ts';
import * as x509 from '@peculiar/x509';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/** Ways in which a server certificate can be wrong. */
export type CertificateFlaw =
  'expired' | 'not-yet-valid' | 'wrong-host' | 'untrusted' | 'self-signed';

/** A server certificate with its chain and its key, both as PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate authority made at start, which issues leaf certificates per host name on demand. */
export interface CertificateAuthority {
  /** The root certificate as PEM: what `agent.cainfo` points to. */
  readonly certificatePem: string;
  /** Issues a certificate for one host name, with the flaw asked for. */
  issue(host: string, flaw?: CertificateFlaw): Promise<ServerCertificate>;
  /** The same as a TLS context; cached, because SNI asks for it at every handshake. */
  secureContextFor(host: string, flaw?: CertificateFlaw): Promise<SecureContext>;
}

const dayMs = 24 * 60 * 60 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const serverAuthentication = '1.3.6.1.5.5.7.3.1';

x509.cryptoProvider.set(webcrypto);

/** Makes a new certificate authority; EC P-256 keys, because they take milliseconds to make. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const rootKeys = await generateKeys();
  const leafKeys = await generateKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Local Pipeline Root CA, O=Local Pipeline',
    serialNumber: serialNumber(),
    ...validity(-dayMs, 30 * dayMs),
    keys: rootKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const certificatePem = `${root.toString('pem')}\n`;
  const privateKey = KeyObject.from(leafKeys.privateKey)
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const contexts = new Map<string, Promise<SecureContext>>();
  let stranger: Promise<CertificateAuthority> | undefined;

  async function issue(host: string, flaw?: CertificateFlaw): Promise<ServerCertificate> {
    if (flaw === 'untrusted') {
      stranger ??= createCertificateAuthority();
      return (await stranger).issue(host);
    }
    const name = flaw === 'wrong-host' ? `wrong.${host}.example` : host;
    const selfSigned = flaw === 'self-signed';
    const leaf = await x509.X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: selfSigned ? `CN=${name}` : root.subject,
      serialNumber: serialNumber(),
      ...(flaw === 'expired'
        ? validity(-2 * dayMs, -dayMs)
        : flaw === 'not-yet-valid'
          ? validity(dayMs, 2 * dayMs)
          : validity(-dayMs, 10 * dayMs)),
      publicKey: leafKeys.publicKey,
      signingKey: selfSigned ? leafKeys.privateKey : rootKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([serverAuthentication]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
        await x509.SubjectKeyIdentifierExtension.create(leafKeys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(
          selfSigned ? leafKeys.publicKey : rootKeys.publicKey,
        ),
      ],
    });
    // The root travels with the leaf, as inspecting proxies do it: a client that lacks it then
    // fails with the code that users know, SELF_SIGNED_CERT_IN_CHAIN.
    const chain = selfSigned ? '' : certificatePem;
    return { certificate: `${leaf.toString('pem')}\n${chain}`, privateKey };
  }

  function secureContextFor(host: string, flaw?: CertificateFlaw): Promise<SecureContext> {
    const id = `${host} ${flaw ?? ''}`;
    let context = contexts.get(id);
    if (!context) {
      context = issue(host, flaw).then(({ certificate, privateKey }) =>
        createSecureContext({ cert: certificate, key: privateKey }),
      );
      contexts.set(id, context);
    }
    return context;
  }

  return { certificatePem, issue, secureContextFor };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function serialNumber(): string {
  // The leading zero keeps the number positive, as RFC 5280 asks.
  return `00${randomBytes(15).toString('hex')}`;
}

function validity(fromMs: number, toMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() + fromMs), notAfter: new Date(Date.now() + toMs) };
}
