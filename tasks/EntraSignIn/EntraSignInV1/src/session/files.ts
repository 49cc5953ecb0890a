/** Names of the files in a session folder. */
export const files = {
  /** The assertion, always whole and never old. */
  assertion: 'assertion',
  /** Port and key, for the command. */
  endpoint: 'endpoint.json',
  /** Times, counts and codes; no token. */
  status: 'status.json',
  /** Folder of the command. */
  bin: 'bin',
} as const;

/** A file that a step writes; the path is relative to the folder, with slashes. */
export interface SessionFile {
  readonly path: string;
  readonly content: string;
  readonly executable?: boolean;
}

/**
 * The folder beside a session folder that outlives it: the command is in it too, so that after the end it can say
 * when that was and why. The post-job step removes it.
 */
export const toAfterFolder = (sessionFolder: string): string => `${sessionFolder}-ended`;

/** In the folder above: when the sign-in ended, and why. */
export const endFile = 'ended.json';
