/** A service connection as the agent hands it over, nothing checked yet. */
export interface ServiceConnection {
  readonly url: string;
  readonly scheme: string;
  /** Authorization parameters, names as the service spells them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The JSON text of its data; undefined for the job's own connection, which has none. */
  readonly data: string | undefined;
}
