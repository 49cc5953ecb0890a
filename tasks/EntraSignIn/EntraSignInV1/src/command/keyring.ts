/** A question to the command `keyring` for a password (github.com/jaraco/keyring, `cli.py`). */
export interface KeyringQuestion {
  /** The address that the password is for. */
  readonly service: string;
  readonly username: string | undefined;
  /** pip from 26 on and uv ask for both where they know no user. */
  readonly mode: 'password' | 'creds';
  readonly output: 'plain' | 'json';
}

/** Reads the arguments of `keyring`; undefined where it is asked for something else than a password. */
export function parseKeyringQuestion(words: readonly string[]): KeyringQuestion | undefined {
  const options = new Map([
    ['mode', 'password'],
    ['output', 'plain'],
  ]);
  const others: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name = '', value] = /^--([a-z-]+)(?:=([^]*))?$/.exec(word) ?? [];
    if (options.has(name)) options.set(name, value ?? rest.shift() ?? '');
    else others.push(word);
  }
  const [operation, service, username, ...more] = others;
  const { mode, output } = Object.fromEntries(options);
  if (operation !== 'get' || service === undefined || more.length > 0) return undefined;
  if (others.some((word) => word.startsWith('-'))) return undefined;
  if (mode !== 'password' && mode !== 'creds') return undefined;
  if (output !== 'plain' && output !== 'json') return undefined;
  return { service, username, mode, output };
}

/** The answer in the form that was asked for. Azure Artifacts takes an access token as the password of any user. */
export function toKeyringAnswer(
  { mode, output, username = 'EntraToken' }: KeyringQuestion,
  password: string,
): string {
  if (output === 'json') {
    return JSON.stringify(mode === 'creds' ? { username, password } : { password });
  }
  return mode === 'creds' ? `${username}\n${password}` : password;
}
