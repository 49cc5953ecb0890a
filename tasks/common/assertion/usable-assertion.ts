import { readClaims } from './claims.ts';
import { clouds } from '../service-connection/clouds.ts';

const minimumLifeMs = 2 * 60 * 1000;
const audiences: ReadonlySet<string> = new Set(
  Object.values(clouds).map(({ audience }) => audience),
);

/**
 * The assertion that the job brought along, if it is worth trying: a JWT for a token exchange with at
 * least two minutes to live. It is minted when the job starts and lives about ten minutes, so for a
 * late step it is too old. Reading it here decides only whether to ask for a fresh one.
 */
export function toUsableAssertion(bound: string | undefined, now: Date): string | undefined {
  const claims = bound === undefined ? undefined : readClaims(bound);
  if (bound === undefined || claims?.expiresOn === undefined) return undefined;
  const livesMs = claims.expiresOn.getTime() - now.getTime();
  const isForExchange = claims.audience !== undefined && audiences.has(claims.audience);
  return isForExchange && livesMs >= minimumLifeMs && /^[\w.-]+$/.test(bound) ? bound : undefined;
}
