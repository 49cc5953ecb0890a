import type { Claims } from '../assertion/claims.ts';
import type { FederatedConnection } from '../service-connection/connection.ts';
import type { ErrorCode } from '../errors/task-error.ts';
import { toIssuerKind } from '../assertion/issuer.ts';
import { quote } from '../text/text.ts';

/** What Entra looked for and did not find, by our code for its refusal. */
const notFound: Partial<Readonly<Record<ErrorCode, string>>> = {
  FEDERATION_ISSUER_MISMATCH: 'Entra found no federated identity credential with this issuer.',
  FEDERATION_SUBJECT_MISMATCH: 'Entra found no federated identity credential with this subject.',
  FEDERATION_SUBJECT_CASE_MISMATCH:
    'Entra found a federated identity credential whose subject differs from this one only in upper and lower case.',
  FEDERATION_AUDIENCE_MISMATCH: 'Entra found no federated identity credential with this audience.',
  FEDERATION_MISMATCH:
    'Entra found no federated identity credential with this issuer, subject and audience; it does not say which of them differs.',
  FEDERATION_CREDENTIAL_MISSING: 'Entra found no federated identity credential at all.',
};

/** The three values by which Entra finds a federated identity credential. */
interface Presented {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/**
 * The lines that explain why Entra found no federated identity credential for the assertion, with the
 * values to put into it; none for other errors, and none where a value cannot be shown safely. The
 * agent masks the connection's issuer, subject and client id wherever they stand whole. They are no
 * secrets and a person needs them here, so they are written in ways that shells and JSON read as the
 * same value and the masks do not.
 */
export function toFederationReport(
  code: ErrorCode,
  claims: Claims | undefined,
  connection: FederatedConnection,
): readonly string[] {
  const { issuer, subject, audience } = claims ?? {};
  const missing = notFound[code];
  if (missing === undefined || !issuer || !subject || !audience) return [];
  // They are to be pasted, so they are shown exactly as they are, or not at all.
  if (![issuer, subject, audience].every(isShowable)) return [];
  const presented = { issuer, subject, audience };
  return [
    '##[section]Federation report',
    missing,
    ...compare(presented, connection).map((finding) => `- ${finding}`),
    ...toRecorded(presented, connection),
    'The application or managed identity needs a federated identity credential with exactly these values.',
    'They look broken and are not: JSON reads "\\/" as "/", a shell reads past quotes inside a word,',
    'and the agent does not mask what is written so. Paste the lines as they stand:',
    toJson(presented, connection),
    'For an application, save the line above as credential.json and run:',
    `  az ad app federated-credential create --id ${breakUp(connection.clientId)} --parameters credential.json`,
    ...toManagedIdentityCommand(presented, connection),
    'If it exists already, compare it there: Entra admin center > App registrations > the application > Certificates & secrets > Federated credentials,',
    'or Azure portal > Managed Identities > the identity > Settings > Federated credentials. A change takes effect within a few minutes.',
  ];
}

// Whoever names a connection must not write into the log or the shell of the person who reads it.
const isShowable = (value: string): boolean =>
  value.length <= 600 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##(?:vso)?\[/iu.test(value);
const isPlainForShells = (value: string): boolean => /^[\p{L}\p{N} _:/.,@+=~()#-]+$/u.test(value);

function toManagedIdentityCommand(
  { issuer, subject, audience }: Presented,
  connection: FederatedConnection,
): readonly string[] {
  if (![issuer, subject, audience].every(isPlainForShells)) return [];
  return [
    'For a managed identity, with its own name and resource group:',
    `  az identity federated-credential create --identity-name <name> --resource-group <group> --name ${toName(connection)} ` +
      `--issuer ${breakUp(issuer)} --subject ${breakUp(subject)} --audiences ${breakUp(audience)}`,
  ];
}

function compare(presented: Presented, { issuer, subject }: FederatedConnection): string[] {
  if (issuer === undefined || subject === undefined) {
    return [
      'The service connection recorded no issuer and subject, so only Entra knows what was expected.',
    ];
  }
  if (issuer === presented.issuer && subject === presented.subject) {
    return [
      'The assertion carries exactly the issuer and subject that the service connection recorded, so ' +
        'nothing is wrong there: the federated identity credential in Entra differs, or it is gone.',
    ];
  }
  return [
    ...(issuer === presented.issuer ? [] : [compareIssuers(presented.issuer, issuer)]),
    ...(subject === presented.subject ? [] : compareSubjects(presented.subject, subject)),
  ];
}

function compareIssuers(presented: string, recorded: string): string {
  const [now, before] = [toIssuerKind(presented), toIssuerKind(recorded)];
  if (now !== before) {
    return (
      `The assertion comes from the ${now}, the service connection recorded the ${before}: ` +
      'it was converted, or restored, and the credential must follow.'
    );
  }
  if (presented.toLowerCase() === recorded.toLowerCase()) {
    return `The issuers differ only in upper and lower case, which counts: ${firstDifference(presented, recorded)}.`;
  }
  const what = now === 'Entra issuer' ? 'tenants' : 'organizations';
  return `Both issuers are of the same kind, but of different ${what}: ${firstDifference(presented, recorded)}.`;
}

function compareSubjects(presented: string, recorded: string): string[] {
  if (presented.toLowerCase() === recorded.toLowerCase()) {
    return [
      `The subjects differ only in upper and lower case, which counts: ${firstDifference(presented, recorded)}.`,
    ];
  }
  const [now, before] = [presented, recorded].map(parseNamedSubject);
  if (now === undefined && before === undefined) {
    return [`The subjects differ: ${firstDifference(presented, recorded)}.`];
  }
  if (now === undefined || before === undefined) {
    return [
      'The subjects are of different kinds: one names the service connection, one identifies it.',
    ];
  }
  return (['organization', 'project', 'service connection'] as const).flatMap((part, index) =>
    now[index] === before[index]
      ? []
      : [
          `The ${part} is ${quote(now[index] ?? '')} in the assertion and ${quote(before[index] ?? '')} in the service ` +
            'connection: it was renamed, and the credential must follow.',
        ],
  );
}

// Only where it differs: else it is the same as what follows.
function toRecorded(
  presented: Presented,
  { issuer, subject }: FederatedConnection,
): readonly string[] {
  if (issuer === undefined || subject === undefined) return [];
  if (issuer === presented.issuer && subject === presented.subject) return [];
  if (![issuer, subject].every(isShowable)) return [];
  return [`The service connection recorded ${toUnmasked({ issuer, subject })}`];
}

/** The old kind of subject, `sc://<organization>/<project>/<connection>`, in its three parts. */
function parseNamedSubject(subject: string): readonly string[] | undefined {
  const match = /^sc:\/\/([^/]+)\/([^/]+)\/(.+)$/.exec(subject);
  return match === null ? undefined : match.slice(1);
}

const show = (segment: string | undefined): string =>
  segment === undefined ? 'nothing' : quote(segment);

// The first path segment that differs; both are long, and the rest is equal.
function firstDifference(presented: string, recorded: string): string {
  const [now, before] = [presented.split('/'), recorded.split('/')];
  const length = Math.max(now.length, before.length);
  const index = Array.from({ length }, (_, position) => position).findIndex(
    (position) => now[position] !== before[position],
  );
  return `${show(now[index])} in the assertion, ${show(before[index])} recorded`;
}

const toName = ({ id }: FederatedConnection): string => `azure-devops-${id}`;

function toJson({ issuer, subject, audience }: Presented, connection: FederatedConnection): string {
  const credential = { name: toName(connection), issuer, subject, audiences: [audience] };
  return toUnmasked(credential);
}

/** JSON in which "/" is written "\/", so that no mask matches an address or a path in it. */
const toUnmasked = (value: object): string => JSON.stringify(value).replaceAll('/', '\\/');

// Quotes around the rest of a word: bash, PowerShell and cmd read one word, a mask sees two.
function breakUp(value: string): string {
  const middle = Math.min(4, Math.floor(value.length / 2));
  return `${value.slice(0, middle)}"${value.slice(middle)}"`;
}
