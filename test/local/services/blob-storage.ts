import { randomUUID } from 'node:crypto';
import { verifyBearer } from './access-token.ts';
import type { ServiceAnswer, ServiceRequest } from './service-request.ts';

interface Blob {
  readonly content: Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of who holds the lease; nobody else may write then. */
  readonly leaseId?: string;
}

const metadataHeader = 'x-ms-meta-';

/**
 * Azure Blob Storage as far as one blob with a lease takes it, which is where Terraform and OpenTofu keep their state
 * (https://learn.microsoft.com/rest/api/storageservices/operations-on-blobs).
 */
export class BlobStorage {
  static readonly hosts = ['*.blob.core.windows.net'];

  /** Whether the identities have a role at the accounts. */
  grants = true;
  readonly #blobs = new Map<string, Blob>([
    ['contoso/public/hello.txt', toBlob('Hello from Storage', 'text/plain')],
  ]);

  /** The text of a blob, `<account>/<container>/<path>`, and whether somebody holds its lease. */
  read(path: string): { readonly text: string; readonly isLeased: boolean } | undefined {
    const blob = this.#blobs.get(path);
    return blob && { text: blob.content.toString('utf8'), isLeased: blob.leaseId !== undefined };
  }

  /** Answers a request to an account. */
  async handle(request: ServiceRequest): Promise<ServiceAnswer> {
    const verdict = await verifyBearer(request, [
      'https://storage.azure.com',
      `https://${request.host}`,
    ]);
    if (verdict.kind !== 'valid') {
      const detail =
        verdict.kind === 'wrong-audience' ? 'Audience validation failed.' : verdict.kind;
      return refusal(
        401,
        'InvalidAuthenticationInfo',
        `Server failed to authenticate the request. Please refer to the information in the www-authenticate header. ${detail}`,
      );
    }
    // Tokens are understood from service version 2017-11-09 on.
    if ((request.headers['x-ms-version'] ?? '') < '2017-11-09') {
      return refusal(
        403,
        'AuthenticationFailed',
        'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
      );
    }
    // https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
    if (!this.grants) {
      return refusal(
        403,
        'AuthorizationPermissionMismatch',
        'This request is not authorized to perform this operation using this permission.',
      );
    }
    const [account = ''] = request.host.split('.');
    return this.#operate(request, `${account}${request.url.pathname}`);
  }

  #operate(request: ServiceRequest, path: string): ServiceAnswer {
    const { method, url, headers, body } = request;
    const part = url.searchParams.get('comp');
    if (method === 'GET' && part === 'list') {
      return this.#list(`${path}/${url.searchParams.get('prefix') ?? ''}`, path);
    }
    const blob = this.#blobs.get(path);
    if (method === 'PUT' && part === null) {
      return this.#write(path, request, blob, {
        ...toBlob(body, headers['x-ms-blob-content-type'] ?? 'application/octet-stream'),
        metadata: readMetadata(headers),
      });
    }
    if (blob === undefined) {
      return refusal(404, 'BlobNotFound', 'The specified blob does not exist.');
    }
    if (part === 'lease') return this.#lease(path, request, blob);
    if (method === 'PUT' && part === 'metadata') {
      return this.#write(path, request, blob, { ...blob, metadata: readMetadata(headers) });
    }
    if (part !== null && part !== 'metadata') {
      return refusal(400, 'InvalidQueryParameterValue', `The local storage knows no comp=${part}.`);
    }
    return describe(blob, method === 'HEAD' || part === 'metadata');
  }

  #list(prefix: string, container: string): ServiceAnswer {
    const names = [...this.#blobs.keys()].filter((path) => path.startsWith(prefix));
    const blobs = names.map(
      (path) => `<Blob><Name>${path.slice(container.length + 1)}</Name></Blob>`,
    );
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: `\u{FEFF}<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${blobs.join('')}</Blobs><NextMarker /></EnumerationResults>`,
    };
  }

  #write(
    path: string,
    { headers, url }: ServiceRequest,
    before: Blob | undefined,
    { content, contentType, metadata }: Blob,
  ): ServiceAnswer {
    const leaseId = before?.leaseId;
    if (leaseId !== undefined && headers['x-ms-lease-id'] !== leaseId) {
      return refusal(
        412,
        'LeaseIdMissing',
        'There is currently a lease on the blob and no lease ID was specified in the request.',
      );
    }
    this.#blobs.set(path, {
      content,
      contentType,
      metadata,
      ...(leaseId === undefined ? {} : { leaseId }),
    });
    // A blob is made, its metadata is set.
    return { status: url.searchParams.has('comp') ? 200 : 201 };
  }

  #lease(path: string, { headers }: ServiceRequest, blob: Blob): ServiceAnswer {
    const action = headers['x-ms-lease-action'];
    const { leaseId, ...free } = blob;
    if (action === 'acquire') {
      if (leaseId !== undefined) {
        return refusal(409, 'LeaseAlreadyPresent', 'There is already a lease present.');
      }
      const acquired = headers['x-ms-proposed-lease-id'] ?? randomUUID();
      this.#blobs.set(path, { ...free, leaseId: acquired });
      return { status: 201, headers: { 'x-ms-lease-id': acquired } };
    }
    if (action !== 'release') {
      return refusal(
        400,
        'InvalidHeaderValue',
        `The local storage knows no lease ${action ?? ''}.`,
      );
    }
    if (headers['x-ms-lease-id'] !== leaseId) {
      return refusal(409, 'LeaseIdMismatchWithLeaseOperation', 'The lease ID did not match.');
    }
    this.#blobs.set(path, free);
    return { status: 200 };
  }
}

function toBlob(content: string | Buffer, contentType: string): Blob {
  return { content: Buffer.from(content), contentType, metadata: {} };
}

function describe(
  { content, contentType, metadata, leaseId }: Blob,
  isBodyLeftOut: boolean,
): ServiceAnswer {
  const own = Object.entries(metadata).map(([name, value]) => [`${metadataHeader}${name}`, value]);
  return {
    status: 200,
    headers: {
      ...Object.fromEntries(own),
      'content-type': contentType,
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-lease-status': leaseId === undefined ? 'unlocked' : 'locked',
      'x-ms-lease-state': leaseId === undefined ? 'available' : 'leased',
    },
    ...(isBodyLeftOut ? {} : { body: content }),
  };
}

function readMetadata(headers: ServiceRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(metadataHeader))
      .map(([name, value]) => [name.slice(metadataHeader.length), value]),
  );
}

function refusal(status: number, code: string, message: string): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
    body: `\u{FEFF}<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}\nRequestId:${randomUUID()}\nTime:${new Date().toISOString()}</Message></Error>`,
  };
}
