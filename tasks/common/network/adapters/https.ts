import { TaskError, toTaskError } from '../../errors/task-error.ts';
import type { Proxy } from '../proxy.ts';
import type { SendRequest } from '../send-request.ts';
import { now } from './clock.ts';
import type { Way } from './connection.ts';
import { createEarlyConnections } from './early-connection.ts';
import { sendOnce } from './send-once.ts';
import type { Trust } from './trust.ts';

/** What the requests of one step have in common. */
export interface HttpsOptions {
  /** The proxy for an address, if any. */
  readonly proxyFor: (url: URL) => Proxy | undefined;
  /** Read when the first request is made; rejects with `CA_FILE_UNREADABLE`. */
  readonly readTrust: () => Promise<Trust>;
  /** Milliseconds that are left for the whole step. */
  readonly remainingMs: () => number;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
  /** Gets a line for each request when it is over: what, where, how it ended, how long it took. */
  readonly debug: (line: string) => void;
}

/** The one HTTP stack of a process. */
export interface Https {
  readonly sendRequest: SendRequest;
  /**
   * Opens the connection for the next request to the host of an address while there is something else to
   * wait for. Throws nothing and tells nothing: what is wrong is found and told by the request.
   */
  readonly connectEarly: (url: URL) => void;
  /** Ends a connection that was opened early and has had no request. */
  readonly close: () => void;
}

const requestTimeoutMs = 30_000;

/**
 * The one HTTP stack of the task. It follows no redirect, checks every certificate whatever the
 * environment says, and bounds each request in time (its body included) and in size.
 */
export function createHttps(options: HttpsOptions): Https {
  let trust: Promise<Trust> | undefined;
  const toWay = async (url: URL): Promise<Way> => {
    const proxy = options.proxyFor(url);
    trust ??= options.readTrust();
    try {
      return { proxy, trust: await trust };
    } catch (cause) {
      // The next request looks again: the keeper lives for hours, and a file may be just being replaced.
      trust = undefined;
      throw cause;
    }
  };
  const early = createEarlyConnections();
  options.signal.addEventListener('abort', early.close);
  return {
    close: early.close,
    connectEarly(url) {
      if (!options.signal.aborted) early.open(url, async () => toWay(url));
    },
    async sendRequest(request) {
      const way = await toWay(request.url);
      const remainingMs = options.remainingMs();
      if (remainingMs <= 0) {
        throw new TaskError(
          'TIME_LIMIT_REACHED',
          `The time limit of the step was reached before the request to ${request.url.host}.`,
        );
      }
      const via = way.proxy?.url.origin;
      const startedAt = now();
      const tell = (outcome: string): void =>
        options.debug(
          `${request.method} ${request.url.host}${via === undefined ? '' : ` through ${via}`}: ` +
            `${outcome} after ${Math.round(now() - startedAt)} ms`,
        );
      try {
        const answer = await sendOnce(request, {
          way,
          early: early.take(request.url),
          timeoutMs: Math.min(request.timeoutMs ?? requestTimeoutMs, remainingMs),
          signal: options.signal,
        });
        tell(`HTTP status ${answer.status}`);
        return answer;
      } catch (cause) {
        tell(toTaskError(cause).code);
        throw cause;
      }
    },
  };
}
