/** An access token for a script. */
export interface PrintedToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresOn: number;
  readonly resource: string;
  readonly tenantId: string;
}

/** The token in one of the forms of the command, without a line end. */
export function toText(form: 'plain' | 'header' | 'json', token: PrintedToken): string {
  const { accessToken, expiresOn, resource, tenantId } = token;
  if (form === 'plain') return accessToken;
  if (form === 'header') return `Authorization: Bearer ${accessToken}`;
  const date = new Date(expiresOn).toISOString();
  return JSON.stringify({ accessToken, expiresOn: date, resource, tenantId });
}
