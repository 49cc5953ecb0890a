/** Everything secret that the local services handed out or were told, for leak checks. */
export class IssuedSecrets {
  readonly assertions: string[] = [];
  readonly accessTokens: string[] = [];
  readonly jobTokens: string[] = [];
  readonly passwords: string[] = [];

  /** All of them, in one list. */
  get all(): readonly string[] {
    return [...this.assertions, ...this.accessTokens, ...this.jobTokens, ...this.passwords];
  }
}
