/** Calls Azure DevOps with the access token; resolves to the name under which it knows the identity. */
export type VerifyToken = (request: {
  readonly organizationUrl: URL;
  readonly accessToken: string;
}) => Promise<string>;
