import type { Claims } from '../assertion/claims.ts';
import type { FederatedConnection } from '../service-connection/connection.ts';
import type { ErrorCode } from '../errors/task-error.ts';
import { compare, type Presented } from './federation-comparison.ts';

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
