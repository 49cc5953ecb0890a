import type { ErrorCode } from '../../../../common/errors/task-error.ts';
import type { Settings } from './settings.ts';

/** What the step tells the keeper, one JSON line each, in this order; whatever ends before `go` ends the keeper. */
export type StepMessage =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'proof'; readonly proof: Proof }
  | { readonly kind: 'go' };

/** What the step got when it proved the trust, so that nothing is asked for twice. */
export interface Proof {
  readonly assertion: string;
  readonly token: HeldToken;
}

/** An access token that the keeper holds. */
export interface HeldToken {
  readonly value: string;
  /** One scope that ends in `/.default`. */
  readonly scope: string;
  /** Both in milliseconds since 1970. */
  readonly obtainedOn: number;
  readonly expiresOn: number;
}

/** What the keeper answers to the proof. */
export type KeeperMessage =
  | { readonly kind: 'ready'; readonly port: number; readonly key: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** One message as the line that goes over the pipe. */
export const toLine = (message: StepMessage | KeeperMessage): string =>
  `${JSON.stringify(message)}\n`;
