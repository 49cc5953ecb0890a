/** One request as a local service sees it, read to its end. */
export interface ServiceRequest {
  readonly method: string;
  /** The host name that the client asked for, lower case, without the port. */
  readonly host: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a local service answers. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** A local service, or one route of it. */
export type ServiceHandler = (request: ServiceRequest) => ServiceAnswer | Promise<ServiceAnswer>;

/** An answer with a JSON body. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: ServiceAnswer['headers'] = {},
): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** An answer with an HTML page. */
export function htmlAnswer(
  status: number,
  body: string,
  headers: ServiceAnswer['headers'] = {},
): ServiceAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body };
}

/** The token of a Bearer or Basic (any user name) authorization header, undefined without one. */
export function readCredential(request: ServiceRequest): string | undefined {
  const [scheme, value] = (request.headers['authorization'] ?? '').split(/ +/, 2);
  if (!value) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1) || undefined;
}
