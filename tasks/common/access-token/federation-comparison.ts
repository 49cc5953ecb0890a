import { toIssuerKind } from '../assertion/issuer.ts';
import type { FederatedConnection } from '../service-connection/connection.ts';
import { quote } from '../text/text.ts';

/** The three values by which Entra finds a federated identity credential. */
export interface Presented {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** What differs between the assertion and what the service connection recorded of it, a finding in a line each. */
export function compare(presented: Presented, { issuer, subject }: FederatedConnection): string[] {
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
