/**
 * Takes the place of the task library's own vault in the package: a place for inputs, service connections and secret
 * variables that is not the environment. The library's encrypts each with a key that it writes to a file in the
 * agent's temporary folder and reads again for each call, which is 7 ms, a file with a key, and a step that fails where
 * that folder cannot be written; who can read this process's memory has the values either way.
 */
export class Vault {
  readonly #secrets = new Map<string, string>();

  /** Keeps a secret under a name, whatever its case, and says whether there is one: an empty one is none. */
  storeSecret(name: string, secret: string): boolean {
    this.#secrets.delete(name.toLowerCase());
    if (secret === '') return false;
    this.#secrets.set(name.toLowerCase(), secret);
    return true;
  }

  /** The secret of a name, if there is one. */
  retrieveSecret(name: string): string | undefined {
    return this.#secrets.get(name.toLowerCase());
  }
}
