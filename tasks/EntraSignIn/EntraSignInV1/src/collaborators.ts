import type { ExchangeToken } from '../../../common/access-token/access-token.ts';
import type { Agent } from '../../../common/agent/agent.ts';
import type { RequestAssertion } from '../../../common/assertion/request-assertion.ts';
import type { Proxy } from '../../../common/network/proxy.ts';
import type { Retry } from '../../../common/network/retry.ts';
import type { SessionFile } from './session/files.ts';
import type { Proof } from './session/messages.ts';
import type { Settings } from './session/settings.ts';
import type { Machine, ToolVariable } from './tools/tool.ts';

/** The session folder, as the step uses it. */
export interface Session {
  /** Absolute, with slashes. */
  readonly folder: string;
  /** `entra-token`, where it outlives the session folder: an absolute path with slashes. */
  readonly command: string;
  /** The folders to put on the path, the first one first. */
  readonly path: readonly string[];
  /** Writes files for their owner only. Throws `SESSION_FOLDER_UNWRITABLE`. */
  readonly write: (files: readonly SessionFile[]) => void;
  readonly remove: () => void;
}

/** The keeper that a step has started. */
export interface Keeper {
  /** Hands over what the step got; resolves when the keeper listens. Throws `KEEPER_NOT_STARTED` and others. */
  readonly prove: (proof: Proof) => Promise<{ readonly port: number; readonly key: string }>;
  /** From now on it lives without the step. */
  readonly go: () => void;
  /** Ends it, with the session folder; resolves when it is gone. */
  readonly dismiss: () => Promise<void>;
}

/** What this task does to the job beside what every task does. */
export interface JobChanges {
  /** Sets a variable for all later steps, its name as it is written. */
  readonly setVariable: (variable: ToolVariable) => void;
  /** Puts a folder in front of the path of all later steps. */
  readonly prependPath: (folder: string) => void;
  /** Remembers the session folder for the post-job step. */
  readonly remember: (sessionFolder: string) => void;
}

/** The collaborators of the flow, as plain functions. */
export interface Collaborators {
  readonly agent: Agent;
  readonly job: JobChanges;
  readonly requestAssertion: RequestAssertion;
  /** Opens the connection for the next request to the host of an address. */
  readonly connectEarly: (url: URL) => void;
  readonly exchangeToken: ExchangeToken;
  readonly retry: Retry;
  readonly network: {
    readonly proxyFor: (url: URL) => Proxy | undefined;
    readonly caFile: string | undefined;
  };
  /** Makes a session folder with the command in it. Throws `SESSION_FOLDER_UNWRITABLE`. */
  readonly openSession: () => Session;
  readonly startKeeper: (settings: Settings) => Keeper;
  readonly machine: Machine;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
}
