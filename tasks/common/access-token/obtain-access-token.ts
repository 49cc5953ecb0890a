import type { AssertionSource } from '../assertion/assertion-source.ts';
import { readClaims } from '../assertion/claims.ts';
import { TaskError, toTaskError, type ErrorCode } from '../errors/task-error.ts';
import type { Retry } from '../network/retry.ts';
import type { FederatedConnection } from '../service-connection/connection.ts';
import type { AccessToken, ExchangeToken } from './access-token.ts';
import { toFederationReport } from './federation-report.ts';

/** Whose access token it is to be, and for what. */
export interface WantedToken {
  readonly connection: FederatedConnection;
  readonly tenantId: string;
  /** One scope that ends in `/.default`. */
  readonly scope: string;
}

/** What it takes to obtain an access token. */
export interface Obtaining {
  readonly assertions: AssertionSource;
  readonly exchangeToken: ExchangeToken;
  readonly retry: Retry;
  /** One line for the log. */
  readonly say: (line: string) => void;
}

/** An access token and the assertion that it was exchanged for. */
export interface Obtained {
  readonly token: AccessToken;
  readonly assertion: string;
}

/** Codes with which Entra refuses an assertion that a fresh one may replace. */
const staleAssertion: ReadonlySet<ErrorCode> = new Set([
  'ASSERTION_EXPIRED',
  'ASSERTION_SIGNATURE_INVALID',
  'ASSERTION_INVALID',
]);

/**
 * Exchanges an assertion for an access token, and once more with a fresh one where that may help. Where
 * Entra finds no federated identity credential, the federation report is said before the error is thrown.
 */
export async function obtainAccessToken(
  wanted: WantedToken,
  obtaining: Obtaining,
): Promise<Obtained> {
  const assertion = await obtaining.assertions.first();
  try {
    return { token: await exchange(wanted, assertion, obtaining), assertion };
  } catch (thrown) {
    if (!(thrown instanceof TaskError) || !staleAssertion.has(thrown.code)) throw thrown;
    obtaining.say(`Entra refused the assertion (${thrown.code}); asking for a fresh one.`);
  }
  const fresh = await obtaining.assertions.fresh();
  return { token: await exchange(wanted, fresh, obtaining), assertion: fresh };
}

async function exchange(
  { connection, tenantId, scope }: WantedToken,
  assertion: string,
  { exchangeToken, retry, say }: Obtaining,
): Promise<AccessToken> {
  const { authorityHost, clientId } = connection;
  try {
    return await retry('The exchange for an access token', async () =>
      exchangeToken({ authorityHost, tenantId, clientId, scope, assertion }),
    );
  } catch (thrown) {
    const error = toTaskError(thrown);
    for (const line of toFederationReport(error.code, readClaims(assertion), connection)) say(line);
    throw error;
  }
}
