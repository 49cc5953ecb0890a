import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Failure } from '../local/failures.ts';
import { runFailures, type FailureRun } from '../local/run-failures.ts';
import type { RegisteredConnection } from '../local/services/connection-registry.ts';
import type { World } from '../local/world.ts';
import { assertFailedStep } from './support/failed-step.ts';

/** What the assertion carries and what the service connection recorded, where that is not as usual. */
interface Difference {
  readonly asserted?: { readonly issuer?: string; readonly subject?: string };
  readonly recorded?: { readonly issuer?: string; readonly subject?: string };
}

/** A mismatch, and what the report must say of it. */
interface Case extends Failure {
  readonly finds: readonly (string | RegExp)[];
  readonly hasNoCommandForManagedIdentities?: true;
}

const name = 'reported';
const newIssuerOf = (tenantId: string): string =>
  `https://login.microsoftonline.com/${tenantId}/v2.0`;
const oldIssuerOf = (world: World): string =>
  `https://vstoken.dev.azure.com/${world.organizationId}`;

/** The credential in Entra is what the connection recorded; the assertion is what differs. */
function differing(
  what: string,
  code: Failure['code'],
  toDifference: (world: World, behind: RegisteredConnection) => Difference,
  ...finds: readonly (string | RegExp)[]
): Case {
  return {
    name: what,
    code,
    finds,
    provoke: async (world) => {
      await world.addConnection({ name });
      const behind = world.behind(name);
      const { asserted, recorded } = toDifference(world, behind);
      const { app, connection, federation } = behind;
      const [credential] = app.federatedIdentityCredentials;
      assert.ok(credential);
      Object.assign(credential, recorded);
      const { issuer, subject } = credential;
      Object.assign(connection.authorization.parameters, {
        workloadIdentityFederationIssuer: issuer,
        workloadIdentityFederationSubject: subject,
      });
      Object.assign(federation, asserted);
      return { connection: name };
    },
  };
}

/** Both of the old kind, with subjects that differ. */
function renamed(
  what: string,
  code: Failure['code'],
  [asserted, recorded]: readonly [string, string],
  ...finds: readonly (string | RegExp)[]
): Case {
  return differing(
    what,
    code,
    (world) => ({
      asserted: { issuer: oldIssuerOf(world), subject: asserted },
      recorded: { issuer: oldIssuerOf(world), subject: recorded },
    }),
    ...finds,
  );
}

const cases: readonly Case[] = [
  {
    name: 'a credential that differs while the connection is as recorded',
    code: 'FEDERATION_SUBJECT_MISMATCH',
    finds: ['exactly the issuer and subject that the service connection recorded', 'this subject'],
    provoke: async (world) => {
      await world.addConnection({ name });
      for (const credential of world.behind(name).app.federatedIdentityCredentials) {
        credential.subject = '/eid1/c/pub/t/other';
      }
      return { connection: name };
    },
  },
  {
    name: 'a credential that is gone',
    code: 'FEDERATION_CREDENTIAL_MISSING',
    finds: ['exactly the issuer and subject', 'no federated identity credential at all'],
    provoke: async (world) => {
      await world.addConnection({ name, withoutCredential: true });
      return { connection: name };
    },
  },
  {
    name: 'another audience',
    code: 'FEDERATION_AUDIENCE_MISMATCH',
    finds: ['exactly the issuer and subject', 'with this audience'],
    provoke: async (world) => {
      await world.addConnection({ name });
      for (const credential of world.behind(name).app.federatedIdentityCredentials) {
        credential.audiences = ['api://AzureADTokenExchangeUSGov'];
      }
      return { connection: name };
    },
  },
  renamed(
    'a difference in upper and lower case only',
    'FEDERATION_SUBJECT_CASE_MISMATCH',
    ['sc://contoso/Widgets/reported', 'sc://contoso/widgets/reported'],
    'only in upper and lower case, which counts: "Widgets" in the assertion, "widgets" recorded',
  ),
  renamed(
    'a renamed organization',
    'FEDERATION_SUBJECT_MISMATCH',
    ['sc://contoso/Widgets/reported', 'sc://contoso-old/Widgets/reported'],
    'The organization is "contoso" in the assertion and "contoso-old" in the service connection',
  ),
  renamed(
    'a renamed project',
    'FEDERATION_SUBJECT_MISMATCH',
    ['sc://contoso/My Widgets/reported', 'sc://contoso/Gadgets/reported'],
    'The project is "My Widgets" in the assertion and "Gadgets" in the service connection',
  ),
  renamed(
    'a renamed service connection',
    'FEDERATION_SUBJECT_MISMATCH',
    ['sc://contoso/Widgets/reported', 'sc://contoso/Widgets/other'],
    'The service connection is "reported" in the assertion and "other" in the service connection',
  ),
  differing(
    'the Entra issuer where the old one was recorded',
    'FEDERATION_ISSUER_MISMATCH',
    (world) => ({
      recorded: { issuer: oldIssuerOf(world), subject: 'sc://contoso/Widgets/reported' },
    }),
    'from the Entra issuer, the service connection recorded the Azure DevOps issuer',
    'The subjects are of different kinds',
  ),
  differing(
    'the old issuer where the one of Entra was recorded',
    'FEDERATION_ISSUER_MISMATCH',
    (world) => ({
      asserted: { issuer: oldIssuerOf(world), subject: 'sc://contoso/Widgets/reported' },
    }),
    'from the Azure DevOps issuer, the service connection recorded the Entra issuer',
  ),
  differing(
    'the issuer of another tenant',
    'FEDERATION_ISSUER_MISMATCH',
    (world) => {
      const other = world.directory.findTenant('fabrikam.onmicrosoft.com');
      assert.ok(other);
      return { asserted: { issuer: newIssuerOf(other.id) } };
    },
    /of different tenants: "[0-9a-f-]{36}" in the assertion, "[0-9a-f-]{36}" recorded/,
  ),
  differing(
    'the old issuer of another organization',
    'FEDERATION_ISSUER_MISMATCH',
    (world) => ({
      asserted: { issuer: oldIssuerOf(world), subject: 'sc://contoso/Widgets/reported' },
      recorded: {
        issuer: 'https://vstoken.dev.azure.com/00000000-1111-4222-8333-444444444444',
        subject: 'sc://contoso/Widgets/reported',
      },
    }),
    /of different organizations: .* "00000000-1111-4222-8333-444444444444" recorded/,
  ),
  differing(
    'a connection that was created anew',
    'FEDERATION_SUBJECT_MISMATCH',
    (_, { federation }) => ({
      asserted: { subject: federation.subject.replace(/[^/]+$/, 'created-anew') },
    }),
    '"created-anew" in the assertion',
  ),
  {
    name: 'a connection that records neither issuer nor subject',
    code: 'FEDERATION_CREDENTIAL_MISSING',
    finds: ['recorded no issuer and subject'],
    provoke: async (world) => {
      await world.addConnection({ name, type: 'WorkloadIdentityUser', withoutCredential: true });
      return { connection: name };
    },
  },
  {
    ...renamed(
      'a name that a shell would obey',
      'FEDERATION_SUBJECT_MISMATCH',
      ['sc://contoso/R&D $(touch x) `y` "z"/reported', 'sc://contoso/R&D/reported'],
      'The project is ',
    ),
    hasNoCommandForManagedIdentities: true,
  },
];

/** The words that bash makes of a line, as the command in it would get them. */
function toShellWords(line: string): readonly string[] {
  // Whoever pastes the line fills these in; to the shell they are redirections.
  const filledIn = line.replace('<name>', 'my-name').replace('<group>', 'my-group');
  const script = `az() { printf '%s\\n' "$@"; }\n${filledIn}\n`;
  return execFileSync('bash', ['--noprofile', '--norc', '-c', script], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

const after = (words: readonly string[] | undefined, option: string): string | undefined =>
  words?.[words.indexOf(option) + 1];

function assertReport({ failure, run, world }: FailureRun, expected: Case): void {
  const error = assertFailedStep(world, run, failure.code);
  const { app, federation, connection } = world.behind(name);
  const { issuer, subject, audience } = federation;
  const log = run.job.maskedLog;
  const start = log.indexOf('##[section]Federation report');
  assert.ok(start >= 0, log.join('\n'));
  const report = log.slice(start, log.indexOf(`##[error]${error}`));
  const text = report.join('\n');
  for (const part of expected.finds) {
    assert.ok(typeof part === 'string' ? text.includes(part) : part.test(text), `${part}\n${text}`);
  }
  assert.ok(!text.includes('***'), text);

  // A person copies the line as it stands into a file.
  const credential = JSON.parse(report.find((line) => line.startsWith('{')) ?? '') as unknown;
  assert.deepEqual(credential, {
    name: `azure-devops-${connection.id}`,
    issuer,
    subject,
    audiences: [audience],
  });

  const recorded = report.find((line) => line.startsWith('The service connection recorded {'));
  const parameters = connection.authorization.parameters;
  const isAsRecorded =
    parameters['workloadIdentityFederationIssuer'] === issuer &&
    parameters['workloadIdentityFederationSubject'] === subject;
  if (isAsRecorded || parameters['workloadIdentityFederationIssuer'] === undefined) {
    assert.equal(recorded, undefined);
  } else {
    assert.deepEqual(JSON.parse(recorded?.slice(recorded.indexOf('{')) ?? ''), {
      issuer: parameters['workloadIdentityFederationIssuer'],
      subject: parameters['workloadIdentityFederationSubject'],
    });
  }

  const commands = report.filter((line) => line.trimStart().startsWith('az ')).map(toShellWords);
  const [forApplication, forManagedIdentity] = commands;
  assert.equal(forApplication?.slice(0, 4).join(' '), 'ad app federated-credential create');
  assert.equal(after(forApplication, '--id'), app.clientId);
  if (expected.hasNoCommandForManagedIdentities) {
    assert.equal(forManagedIdentity, undefined);
    return;
  }
  assert.equal(forManagedIdentity?.slice(0, 3).join(' '), 'identity federated-credential create');
  assert.equal(after(forManagedIdentity, '--issuer'), issuer);
  assert.equal(after(forManagedIdentity, '--subject'), subject);
  assert.equal(after(forManagedIdentity, '--audiences'), audience);
}

describe('The federation report, read from the masked log', function () {
  this.timeout(120_000);
  let runs: readonly Promise<FailureRun>[] = [];
  before(() => {
    runs = runFailures(cases, { debug: true });
  });
  for (const [index, expected] of cases.entries()) {
    it(`explains ${expected.name}, with values that can be copied`, async () => {
      const run = await runs[index];
      assert.ok(run);
      assertReport(run, expected);
    });
  }
});
