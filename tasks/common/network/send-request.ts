/** An HTTPS request; redirects are never followed. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long it may take altogether, where the usual 30 seconds are too long. */
  readonly timeoutMs?: number;
  /** Called once the request is on its way: the time to do work while the service does its own. */
  readonly onSent?: () => void;
}

/** A complete answer: any status, the body as text. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends one request; a failure on the way is a TaskError with a `NETWORK_`, `PROXY_`, `TLS_`, `CA_` or
 * `RESPONSE_` code, or with `TIME_LIMIT_REACHED`.
 */
export type SendRequest = (request: HttpRequest) => Promise<HttpAnswer>;
