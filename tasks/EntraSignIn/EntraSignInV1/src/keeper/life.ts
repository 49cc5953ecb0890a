import type { Claims } from '../../../../common/assertion/claims.ts';
import type { TaskError } from '../../../../common/errors/task-error.ts';

const soonestRenewalMs = 2_000;
const latestRenewalMs = 120_000;
const shortestRequestMs = 3_000;
const longestRequestMs = 30_000;
const longestBackoffMs = 30_000;
const longestRetryAfterMs = 300_000;
/** Where an assertion does not say how long it lives: error texts speak of ten minutes. */
const assumedLifeMs = 600_000;

/**
 * How long an assertion lives from now on, in milliseconds. For one that has just been issued, its own two dates
 * tell, whatever this machine's clock shows; for one that the job brought along, only its end does.
 */
export function toLifeMs(claims: Claims | undefined, isNew: boolean, now: Date): number {
  const { issuedOn, expiresOn } = claims ?? {};
  if (expiresOn === undefined) return assumedLifeMs;
  const start = isNew && issuedOn !== undefined ? issuedOn : now;
  return Math.max(0, expiresOn.getTime() - start.getTime());
}

/**
 * When the next assertion is asked for, in milliseconds: after a tenth of the life of this one, because SDKs keep
 * what they read for as long as ten minutes.
 */
export const toRenewalMs = (lifeMs: number): number =>
  Math.min(latestRenewalMs, Math.max(soonestRenewalMs, lifeMs / 10));

/** How long one request for an assertion may take, in milliseconds: short enough for several before this one ends. */
export const toTimeoutMs = (lifeMs: number): number =>
  Math.min(longestRequestMs, Math.max(shortestRequestMs, lifeMs / 6));

/** How long to wait after a failure: as the service asks, else twice as long each time, with jitter. */
export function toBackoffMs(error: TaskError, failures: number, random: number): number {
  if (error.retryAfterMs !== undefined) {
    return Math.min(longestRetryAfterMs, Math.max(soonestRenewalMs, error.retryAfterMs));
  }
  const longest = Math.min(longestBackoffMs, soonestRenewalMs * 2 ** Math.min(failures, 10));
  return soonestRenewalMs + (longest - soonestRenewalMs) * random;
}

/**
 * How long before its end an access token is given out no more, in milliseconds: five minutes, or a fifth of its
 * life where it lives less than 25 minutes.
 */
export const toReserveMs = (lifeMs: number): number => Math.min(300_000, lifeMs / 5);
