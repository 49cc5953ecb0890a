/** Where the assertion is asked for. */
export type OidcAddress =
  /** `System.OidcRequestUri` of the job. */
  | { readonly kind: 'request-uri'; readonly url: URL }
  /** The parts from which the REST client builds the address, where the variable is absent. */
  | {
      readonly kind: 'job';
      readonly collectionUrl: URL;
      readonly projectId: string;
      readonly hub: string;
      readonly planId: string;
      readonly jobId: string;
    };

/** Asks Azure DevOps for the OIDC token of a service connection: the assertion, a JWT. */
export type RequestAssertion = (request: {
  readonly address: OidcAddress;
  readonly connectionId: string;
  /** The job's own token, from SYSTEMVSSCONNECTION. */
  readonly jobToken: string;
}) => Promise<string>;
