import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { verifyAccessToken } from './access-token.ts';
import type { IssuedSecrets } from './issued-secrets.ts';
import {
  jsonAnswer,
  readCredential,
  type ServiceAnswer,
  type ServiceRequest,
} from './service-request.ts';

/** The user name that goes with a refresh token (https://azure.github.io/acr/AAD-OAuth.html). */
const tokenUser = '00000000-0000-0000-0000-000000000000';

interface Manifest {
  readonly mediaType: string;
  readonly content: Buffer;
}

/**
 * Azure Container Registry: it exchanges an Entra access token for a refresh token, that for a token of its own, and
 * speaks the distribution protocol (https://github.com/opencontainers/distribution-spec). Its tokens are opaque here.
 */
export class ContainerRegistry {
  static readonly hosts = ['*.azurecr.io'];

  /** Whether identities have a role there; without one the exchange is refused. */
  grants = true;
  /** By `<host>/<repository>:<tag or digest>`. */
  readonly manifests = new Map<string, Manifest>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #uploads = new Map<string, Buffer>();
  readonly #refreshTokens = new Set<string>();
  readonly #accessTokens = new Set<string>();
  readonly #issued: IssuedSecrets;

  constructor(issued: IssuedSecrets) {
    this.#issued = issued;
  }

  /** Answers a request to a registry. */
  async handle(request: ServiceRequest): Promise<ServiceAnswer> {
    const { pathname } = request.url;
    if (pathname === '/oauth2/exchange') return this.#exchange(request);
    if (pathname === '/oauth2/token') return this.#issue(request);
    if (!this.#isSignedIn(request)) return challenge(request);
    if (pathname === '/v2/') return jsonAnswer(200, {});
    return this.#distribute(request);
  }

  async #exchange({ method, host, body }: ServiceRequest): Promise<ServiceAnswer> {
    const form = new URLSearchParams(body.toString('utf8'));
    if (method !== 'POST' || form.get('grant_type') !== 'access_token') {
      return refusal(400, 'UNSUPPORTED', 'grant_type must be access_token');
    }
    if (form.get('service') !== host) return refusal(400, 'DENIED', 'service is not this registry');
    const audiences = ['https://containerregistry.azure.net', 'https://management.azure.com'];
    const verdict = await verifyAccessToken(form.get('access_token') ?? undefined, audiences);
    if (verdict.kind !== 'valid' || !this.grants) return unauthorized();
    return jsonAnswer(200, { refresh_token: this.#newToken(this.#refreshTokens) });
  }

  /** A token for the registry itself, by form or by Basic, as the clients ask for it. */
  #issue(request: ServiceRequest): ServiceAnswer {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const given = request.method === 'POST' ? form.get('refresh_token') : readCredential(request);
    if (given === null || given === undefined || !this.#refreshTokens.has(given)) {
      return unauthorized();
    }
    return jsonAnswer(200, { access_token: this.#newToken(this.#accessTokens) });
  }

  #newToken(kind: Set<string>): string {
    const token = randomBytes(300).toString('base64url');
    kind.add(token);
    this.#issued.registryTokens.push(token);
    return token;
  }

  #isSignedIn(request: ServiceRequest): boolean {
    const authorization = request.headers['authorization'] ?? '';
    const token = readCredential(request) ?? '';
    if (authorization.toLowerCase().startsWith('bearer ')) return this.#accessTokens.has(token);
    const [user] = Buffer.from(authorization.slice(6), 'base64').toString('utf8').split(':');
    return user === tokenUser && this.#refreshTokens.has(token);
  }

  #distribute(request: ServiceRequest): ServiceAnswer {
    const { method, host, url, body, headers } = request;
    const [, name = '', kind, reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/?([^/]*)$/.exec(url.pathname) ?? [];
    if (kind === 'blobs/uploads') return this.#upload(request, name, reference);
    if (kind === 'blobs') return read(method, this.#blobs.get(reference));
    if (kind !== 'manifests') return refusal(404, 'NAME_UNKNOWN', 'repository name not known');
    const key = (suffix: string): string => `${host}/${name}:${suffix}`;
    if (method !== 'PUT') {
      const manifest = this.manifests.get(key(reference));
      return read(method, manifest?.content, manifest?.mediaType);
    }
    const digest = digestOf(body);
    const manifest = { mediaType: headers['content-type'] ?? '', content: body };
    for (const suffix of [reference, digest]) this.manifests.set(key(suffix), manifest);
    return { status: 201, headers: { 'docker-content-digest': digest } };
  }

  #upload({ method, url, body }: ServiceRequest, name: string, id: string): ServiceAnswer {
    if (method === 'POST') {
      const started = randomUUID();
      this.#uploads.set(started, Buffer.alloc(0));
      return { status: 202, headers: { location: `/v2/${name}/blobs/uploads/${started}` } };
    }
    const content = Buffer.concat([this.#uploads.get(id) ?? Buffer.alloc(0), body]);
    if (method === 'PATCH') {
      this.#uploads.set(id, content);
      const headers = { location: url.pathname, range: `0-${content.length - 1}` };
      return { status: 202, headers };
    }
    const digest = url.searchParams.get('digest') ?? '';
    if (digestOf(content) !== digest) return refusal(400, 'DIGEST_INVALID', 'digest did not match');
    this.#blobs.set(digest, content);
    return { status: 201, headers: { 'docker-content-digest': digest } };
  }
}

const digestOf = (content: Buffer): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

function read(
  method: string,
  content: Buffer | undefined,
  mediaType = 'application/octet-stream',
): ServiceAnswer {
  if (content === undefined) return refusal(404, 'MANIFEST_UNKNOWN', 'manifest or blob unknown');
  const headers = {
    'content-type': mediaType,
    'content-length': String(content.length),
    'docker-content-digest': digestOf(content),
  };
  return method === 'HEAD' ? { status: 200, headers } : { status: 200, headers, body: content };
}

function challenge({ host }: ServiceRequest): ServiceAnswer {
  const realm = `Bearer realm="https://${host}/oauth2/token",service="${host}"`;
  const answer = unauthorized();
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': realm } };
}

const unauthorized = (): ServiceAnswer =>
  refusal(
    401,
    'UNAUTHORIZED',
    'authentication required, visit https://aka.ms/acr/authorization for more information.',
  );

function refusal(status: number, code: string, message: string): ServiceAnswer {
  return jsonAnswer(status, { errors: [{ code, message }] });
}
