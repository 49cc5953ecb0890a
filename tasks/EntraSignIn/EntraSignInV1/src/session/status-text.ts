import type { Status, Tally } from './status.ts';

/** The status in lines for a person. */
export function toStatusText(status: Status, now: Date): string {
  const { assertions, tokens } = status;
  const lines = [
    `Signed in as application ${status.clientId} in tenant ${status.tenantId} since ${status.startedOn} (${toDuration(now.getTime() - Date.parse(status.startedOn))}), for as long as this job runs, a day at most.`,
    `Assertion: renewed ${assertions.renewedOn}, valid until ${assertions.expiresOn}; ${toCounts(assertions)}.`,
    `Access tokens: ${toCounts(tokens)}.`,
    ...tokens.held.map(({ resource, expiresOn }) => `  ${resource} until ${expiresOn}`),
  ];
  return lines.join('\n');
}

function toCounts({ succeeded, failed, lastFailure }: Tally): string {
  const last =
    lastFailure === undefined ? '' : `, the last one ${lastFailure.on} (${lastFailure.code})`;
  return `${succeeded} so far, ${failed === 1 ? '1 failure' : `${failed} failures`}${last}`;
}

/** A time span for people: `45 s`, `12 min`, `3 h 5 min`. */
export function toDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
