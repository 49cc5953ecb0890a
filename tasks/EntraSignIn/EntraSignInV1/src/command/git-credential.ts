/** What git asks its credential helper for (git-scm.com/docs/git-credential, "INPUT/OUTPUT FORMAT"). */
export type CredentialRequest = ReadonlyMap<string, string>;

/** Reads what git writes: lines of `name=value` up to an empty one. */
export function parseCredentialRequest(text: string): CredentialRequest {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line === '') break;
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return fields;
}

/**
 * The answer to `get`. Azure DevOps takes an access token as the password of any user; where git has a name already,
 * that one stays. git of 2.41 and later asks again once the time is over.
 */
export function toCredential(
  request: CredentialRequest,
  accessToken: string,
  expiresOn: number,
): string {
  const lines = [
    `username=${request.get('username') || 'EntraToken'}`,
    `password=${accessToken}`,
    `password_expiry_utc=${Math.floor(expiresOn / 1000)}`,
  ];
  return `${lines.join('\n')}\n`;
}
