import type { AccessToken } from '../../../../common/access-token/access-token.ts';
import type { Retry } from '../../../../common/network/retry.ts';
import type { KeeperMessage, StepMessage } from '../session/messages.ts';
import type { Settings } from '../session/settings.ts';
import type { EndReason, Ended } from '../session/status.ts';
import type { Answer, Request } from './answer.ts';

/** The keeper's end of the pipes to the step that started it. */
export interface StepPipe {
  /** The next message of a kind; undefined when the step is gone or says something else. */
  readonly next: <Kind extends StepMessage['kind']>(
    kind: Kind,
  ) => Promise<Extract<StepMessage, { kind: Kind }> | undefined>;
  readonly say: (message: KeeperMessage) => void;
  /** Lets go of the pipes. */
  readonly close: () => void;
}

/** The session folder, as the keeper uses it. */
export interface SessionFolder {
  readonly exists: () => boolean;
  /**
   * Replaces a file as a whole: who reads it gets the old text or the new one, and never none. Throws
   * `SESSION_FOLDER_UNWRITABLE`.
   */
  readonly write: (name: string, text: string) => Promise<void>;
  /** Leaves word of the end for the command, which outlives the folder. */
  readonly leaveWord: (ended: Ended) => Promise<void>;
  /** Removes the folder with all that is in it. */
  readonly remove: () => Promise<void>;
  /** Removes what outlives the folder, too. */
  readonly removeAll: () => Promise<void>;
}

/** The two requests that a keeper makes. */
export interface Services {
  /** Asks Azure DevOps for a new assertion, once, for so long. */
  readonly requestAssertion: (timeoutMs: number) => Promise<string>;
  /** Exchanges an assertion for an access token, once. */
  readonly exchangeToken: (assertion: string, scope: string) => Promise<AccessToken>;
}

/** The keeper's endpoint, open. */
export interface Loopback {
  readonly port: number;
  /** Lets the answers that are under way go out, for a moment. */
  readonly close: () => Promise<void>;
}

/** The collaborators of the keeper, as plain functions. */
export interface Collaborators {
  readonly step: StepPipe;
  readonly openFolder: (folder: string) => SessionFolder;
  readonly connect: (settings: Settings) => Services;
  readonly createKey: () => string;
  /** Opens the endpoint; only requests with the key reach `answer`, which never rejects. */
  readonly listen: (
    key: string,
    answer: (request: Request) => Promise<Answer>,
  ) => Promise<Loopback>;
  /** Retries of one exchange; each has a time limit of its own. */
  readonly retryWithin: () => Retry;
  readonly now: () => Date;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** Resolves after a time, or as soon as the sign-in ends. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Ends the sign-in; the first reason counts. */
  readonly end: (reason: EndReason) => void;
  /** Aborted with an {@link EndReason}. */
  readonly ending: AbortSignal;
  readonly pid: number;
}
