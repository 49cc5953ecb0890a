/** An access token and what came with it. */
export interface AccessToken {
  readonly value: string;
  /** From `expires_in` at the arrival of the answer. */
  readonly expiresOn: Date;
  /** The ids of the request, with which an administrator finds the sign-in in Entra's logs. */
  readonly correlationId: string | undefined;
  readonly requestId: string | undefined;
}

/** What is exchanged for an access token, and where. */
export interface TokenRequest {
  /** `https://login.microsoftonline.com` or that of another cloud: an origin, no trailing slash. */
  readonly authorityHost: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** One scope that ends in `/.default`. */
  readonly scope: string;
  readonly assertion: string;
}

/** Exchanges the assertion for an access token at Entra's token endpoint. */
export type ExchangeToken = (request: TokenRequest) => Promise<AccessToken>;
