/** A service endpoint as the job message carries it; a service connection is one. */
export interface Endpoint {
  /** Lower-case GUID, or undefined for the job's own connection, `SYSTEMVSSCONNECTION`. */
  readonly id?: string;
  readonly url: string;
  readonly authorization: {
    readonly scheme: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
}
