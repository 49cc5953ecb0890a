/** Everything secret that the local services handed out or were told, for leak checks. */
export class IssuedSecrets {
  readonly assertions: string[] = [];
  readonly accessTokens: string[] = [];
  readonly jobTokens: string[] = [];
  readonly passwords: string[] = [];
  /** Those of the container registry. */
  readonly registryTokens: string[] = [];

  /** All of them, in one list. */
  get all(): readonly string[] {
    const { assertions, accessTokens, jobTokens, passwords, registryTokens } = this;
    return [...assertions, ...accessTokens, ...jobTokens, ...passwords, ...registryTokens];
  }
}
