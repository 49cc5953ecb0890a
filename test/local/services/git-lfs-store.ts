import { createHash } from 'node:crypto';
import type { ServiceAnswer, ServiceRequest } from './service-request.ts';

const mediaType = 'application/vnd.git-lfs+json';

interface Batch {
  readonly operation?: string;
  readonly objects?: readonly { readonly oid?: string; readonly size?: number }[];
}

/**
 * Git LFS behind a repository: the batch API and the transfer `basic`
 * (https://github.com/git-lfs/git-lfs/tree/main/docs/api). Objects are kept by their digest, which is checked.
 */
export class GitLfsStore {
  /** Paths of `dev.azure.com` that belong to it; git-lfs adds `.git` to an address that has none. */
  static readonly path = /^\/[^/]+\/[^/]+\/_git\/[^/]+\/info\/lfs\//;

  /** What is stored, by SHA-256. */
  readonly objects = new Map<string, Buffer>();

  /** Answers a request that the gate let in. */
  handle(request: ServiceRequest): ServiceAnswer {
    const { method, host, url, body } = request;
    const [, base = '', rest = ''] = /^(.*\/info\/lfs\/)(.*)$/.exec(url.pathname) ?? [];
    if (method === 'POST' && rest === 'objects/batch') {
      return this.#batch(request, `https://${host}${base}objects/`);
    }
    const [, oid] = /^objects\/([0-9a-f]{64})$/.exec(rest) ?? [];
    if (oid === undefined) return lfsAnswer(404, { message: 'Not found.' });
    if (method === 'PUT') {
      const digest = createHash('sha256').update(body).digest('hex');
      if (digest !== oid) return lfsAnswer(422, { message: 'The content is not that object.' });
      this.objects.set(oid, body);
      return { status: 200 };
    }
    const content = this.objects.get(oid);
    if (method !== 'GET' || content === undefined) return lfsAnswer(404, { message: 'Not found.' });
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: content };
  }

  #batch(request: ServiceRequest, address: string): ServiceAnswer {
    if (!(request.headers['content-type'] ?? '').startsWith(mediaType)) {
      return lfsAnswer(415, { message: `The media type is ${mediaType}.` });
    }
    const { operation, objects = [] } = JSON.parse(request.body.toString('utf8')) as Batch;
    if (operation !== 'upload' && operation !== 'download') {
      return lfsAnswer(422, { message: 'The operation is upload or download.' });
    }
    return lfsAnswer(200, {
      transfer: 'basic',
      objects: objects.map(({ oid = '', size = 0 }) => {
        const stored = this.objects.has(oid);
        if (operation === 'download' && !stored) {
          return { oid, size, error: { code: 404, message: 'Object does not exist.' } };
        }
        // What is there already is not sent again.
        if (operation === 'upload' && stored) return { oid, size };
        return { oid, size, actions: { [operation]: { href: address + oid } } };
      }),
    });
  }
}

function lfsAnswer(status: number, value: object): ServiceAnswer {
  return { status, headers: { 'content-type': mediaType }, body: JSON.stringify(value) };
}
