import { TaskError, toTaskError, type ErrorCode } from '../../../../common/errors/task-error.ts';

/** A request that reached the keeper and had the key. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What the keeper answers: always JSON. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

// What a client may try again; SDKs do so for these statuses.
const unavailable: ReadonlySet<string> = new Set<ErrorCode>([
  'NETWORK_NAME_NOT_RESOLVED',
  'NETWORK_UNREACHABLE',
  'NETWORK_CONNECTION_LOST',
  'NETWORK_TIMEOUT',
  'PROXY_FAILED',
  'PROXY_UNREACHABLE',
  'AZURE_DEVOPS_UNAVAILABLE',
  'ENTRA_UNAVAILABLE',
  'ISSUER_UNREACHABLE',
  'RESPONSE_EMPTY',
  'TIME_LIMIT_REACHED',
  'ASSERTION_EXPIRED',
]);
const throttled: ReadonlySet<string> = new Set<ErrorCode>([
  'AZURE_DEVOPS_THROTTLED',
  'ENTRA_THROTTLED',
]);

/** A refusal in the words that the clients of all protocols look for. */
export const refuse = (status: number, code: string, message: string): Answer => ({
  status,
  body: {
    code,
    message,
    error: code,
    error_description: message,
    statusCode: status,
  },
});

/** Anything thrown, as an answer. */
export function toRefusal(thrown: unknown): Answer {
  const { code, message } = toTaskError(thrown);
  const status = throttled.has(code) ? 429 : unavailable.has(code) ? 503 : 400;
  return refuse(status, code, message);
}

/** The request does not say what it must. */
export const badRequest = (message: string): TaskError =>
  new TaskError('KEEPER_REQUEST_INVALID', message);
