import type { Endpoint } from './endpoint.ts';

/** An answer of the keeper: an object, whatever its status. */
export interface KeeperAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks the keeper of a session; undefined where nobody listens any more. */
export type AskKeeper = (
  endpoint: Endpoint,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
) => Promise<KeeperAnswer | undefined>;
