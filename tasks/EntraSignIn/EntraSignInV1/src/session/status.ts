import { parseJsonObject } from '../../../../common/text/json.ts';
import type { Identity } from './settings.ts';

/** How a sign-in is doing: times, counts and codes, never a token. Times are ISO 8601 in UTC. */
export interface Status {
  readonly clientId: string;
  readonly tenantId: string;
  readonly authorityHost: string;
  readonly startedOn: string;
  readonly assertions: Tally & {
    /** When the newest came, and when it ends by its own account. */
    readonly renewedOn: string;
    readonly expiresOn: string;
  };
  readonly tokens: Tally & {
    /** Those that are held now. */
    readonly held: readonly { readonly resource: string; readonly expiresOn: string }[];
  };
}

/** How often something was asked for. */
export interface Tally {
  readonly succeeded: number;
  readonly failed: number;
  readonly lastFailure: Failure | undefined;
}

/** One failure: when, and our code for it. */
export interface Failure {
  readonly on: string;
  readonly code: string;
}

/** Why a sign-in ended. */
export type EndReason =
  /** The post-job step said so. */
  | 'told'
  | 'folder-gone'
  | 'job-token-refused'
  | 'day-over'
  /** The system asked the keeper to end. */
  | 'terminated'
  /** A fault of the keeper's own. */
  | 'crashed';

/** What is left of a sign-in that has ended. */
export interface Ended {
  readonly reason: EndReason;
  /** ISO 8601 in UTC. */
  readonly endedOn: string;
  readonly status: Status;
}

const reasons: Readonly<Record<EndReason, string>> = {
  told: 'the post-job step ended it',
  'folder-gone': 'its folder was removed',
  'job-token-refused': "Azure DevOps no longer accepts the job's own token",
  'day-over': 'a sign-in lasts a day at most',
  terminated: 'the system asked its background process to end',
  crashed: 'its background process met a fault',
};

/** A reason, in words that follow "because". */
export const explainEnd = (reason: EndReason): string => reasons[reason];

/** The end in the text of its file; undefined where the text is none. */
export function parseEnded(text: string): Ended | undefined {
  const fields = parseJsonObject(text);
  const { reason, endedOn, status } = fields ?? {};
  const isKnown = typeof reason === 'string' && reason in reasons;
  if (!isKnown || typeof endedOn !== 'string' || typeof status !== 'object') return undefined;
  return fields as unknown as Ended;
}

/** Counts what the keeper does. */
export interface Journal {
  readonly assertionCame: (expiresOn: Date) => void;
  readonly assertionFailed: (code: string) => void;
  readonly tokenCame: () => void;
  readonly tokenFailed: (code: string) => void;
  readonly toStatus: (held: Status['tokens']['held']) => Status;
}

const begin = (): { -readonly [Key in keyof Tally]: Tally[Key] } => ({
  succeeded: 0,
  failed: 0,
  lastFailure: undefined,
});

/** A journal of a session that starts now. */
export function createJournal(
  { clientId, tenantId, authorityHost }: Identity,
  now: () => Date,
): Journal {
  const startedOn = now().toISOString();
  const assertions = { ...begin(), renewedOn: startedOn, expiresOn: startedOn };
  const tokens = begin();
  const fail = (tally: typeof tokens, code: string): void => {
    tally.failed += 1;
    tally.lastFailure = { on: now().toISOString(), code };
  };
  return {
    assertionCame(expiresOn) {
      assertions.succeeded += 1;
      assertions.renewedOn = now().toISOString();
      assertions.expiresOn = expiresOn.toISOString();
    },
    assertionFailed: (code) => fail(assertions, code),
    tokenCame: () => void (tokens.succeeded += 1),
    tokenFailed: (code) => fail(tokens, code),
    toStatus: (held) => ({
      clientId,
      tenantId,
      authorityHost,
      startedOn,
      assertions: { ...assertions },
      tokens: { ...tokens, held },
    }),
  };
}
