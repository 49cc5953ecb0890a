import { TaskError } from '../../../../common/errors/task-error.ts';
import { quote } from '../../../../common/text/text.ts';

/** What `entra-token` is asked to do. */
export type Order =
  | {
      readonly kind: 'token';
      readonly form: 'plain' | 'header' | 'json';
      /** As written; a preset, URI, GUID or scope. */
      readonly resource: string;
      readonly minimumLifeMinutes: number | undefined;
      /** Whether a token that the log does not mask yet is masked first. */
      readonly masks: boolean;
    }
  | { readonly kind: 'status' | 'help' | 'version' }
  /** By git, as its credential helper. */
  | { readonly kind: 'git-credential'; readonly operation: string }
  /** By pip, uv or cargo, for the feeds whose addresses are given. */
  | {
      readonly kind: 'keyring' | 'cargo-credential';
      readonly feeds: readonly string[];
      readonly words: readonly string[];
    };

/** What `--help` prints. */
export const usage = `Prints a Microsoft Entra access token of the identity that this job is signed in as.

  entra-token [--header | --json] [--resource <resource>] [--min-life <minutes>] [--no-mask]
  entra-token status

  --header              as a header: Authorization: Bearer ...
  --json                as JSON: accessToken, expiresOn, resource, tenantId
  --resource <resource> a preset (azureDevOps, azureResourceManager, microsoftGraph, keyVault, ...), an
                        application ID URI, an application (client) ID or a scope; default: azureDevOps
  --min-life <minutes>  one that lives at least so long
  --no-mask             do not register the masks of a new token on stderr; for a step that fails
                        on any stderr
  status                who is signed in, until when, and how the last refreshes went
  --help, --version

Exit code: 0, 1 when there is no token (one line on stderr says why), 2 for wrong arguments.`;

/** Reads the arguments of the command. Throws `ARGUMENT_INVALID`. */
export function parseArguments(words: readonly string[]): Order {
  const [first] = words;
  if (first === 'keyring' || first === 'cargo-credential') {
    const end = words.indexOf('--');
    return { kind: first, feeds: words.slice(1, end), words: words.slice(end + 1) };
  }
  if (words.includes('--help') || words.includes('-h')) return { kind: 'help' };
  if (words.includes('--version')) return { kind: 'version' };
  if (first === 'git-credential') return { kind: first, operation: words[1] ?? '' };
  if (first === 'status') {
    const [, more] = words;
    if (more !== undefined) throw invalid(`status takes no argument, and there is ${quote(more)}.`);
    return { kind: 'status' };
  }
  const given = readOptions(words);
  const forms = (['header', 'json'] as const).filter((form) => given.has(form));
  if (forms.length > 1) throw invalid('--header and --json cannot be given together.');
  const minimum = given.get('min-life');
  return {
    kind: 'token',
    form: forms[0] ?? 'plain',
    resource: given.get('resource') ?? 'azureDevOps',
    minimumLifeMinutes: minimum === undefined ? undefined : parseMinutes(minimum),
    masks: !given.has('no-mask'),
  };
}

const flags: ReadonlySet<string> = new Set(['header', 'json', 'no-mask']);
const withValue: ReadonlySet<string> = new Set(['resource', 'min-life']);

function readOptions(words: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name = '', value] = /^--([a-z-]+)(?:=([^]*))?$/.exec(word) ?? [];
    if (given.has(name)) throw invalid(`--${name} is given twice.`);
    if (flags.has(name) && value === undefined) given.set(name, '');
    else if (withValue.has(name)) {
      const own = value ?? rest.shift();
      if (own === undefined || own === '') throw invalid(`--${name} needs a value.`);
      given.set(name, own);
    } else throw invalid(`${quote(word)} is not known.`);
  }
  return given;
}

function parseMinutes(text: string): number {
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (minutes >= 1 && minutes <= 1440) return minutes;
  throw invalid(
    `--min-life is ${quote(text)}; it is a whole number of minutes from 1 to 1440, and an access token lives about an hour.`,
  );
}

const invalid = (message: string): TaskError => new TaskError('ARGUMENT_INVALID', message);
