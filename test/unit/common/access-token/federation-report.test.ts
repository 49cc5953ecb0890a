import assert from 'node:assert/strict';
import type { Claims } from '../../../../tasks/common/assertion/claims.ts';
import type { FederatedConnection } from '../../../../tasks/common/service-connection/connection.ts';
import type { ErrorCode } from '../../../../tasks/common/errors/task-error.ts';
import { toFederationReport } from '../../../../tasks/common/access-token/federation-report.ts';
import { remedies } from '../../../../tasks/common/errors/remedies.ts';
import {
  clientId,
  connectionId,
  createConnection,
  entraIssuer,
  entraSubject,
  oldIssuer,
  otherTenantId,
  publicAudience,
} from '../../fixtures.ts';

const mismatches: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FEDERATION_ISSUER_MISMATCH',
  'FEDERATION_SUBJECT_MISMATCH',
  'FEDERATION_SUBJECT_CASE_MISMATCH',
  'FEDERATION_AUDIENCE_MISMATCH',
  'FEDERATION_MISMATCH',
  'FEDERATION_CREDENTIAL_MISSING',
]);

function report(
  claims: Partial<Claims> = {},
  connection: Partial<FederatedConnection> = {},
  code: ErrorCode = 'FEDERATION_SUBJECT_MISMATCH',
): readonly string[] {
  return toFederationReport(
    code,
    {
      issuer: entraIssuer,
      subject: entraSubject,
      audience: publicAudience,
      issuedOn: undefined,
      expiresOn: undefined,
      tenantId: undefined,
      objectId: undefined,
      ...claims,
    },
    createConnection(connection),
  );
}

const credentialIn = (lines: readonly string[]): unknown =>
  JSON.parse(lines.find((line) => line.startsWith('{')) ?? '');

const named = (subject: string): Partial<Claims> => ({ issuer: oldIssuer, subject });

describe('toFederationReport', () => {
  it('explains a mismatch only', () => {
    for (const code of Object.keys(remedies) as ErrorCode[]) {
      assert.equal(report({}, {}, code).length > 0, mismatches.has(code), code);
    }
  });

  it('says what Entra did not find', () => {
    for (const [code, what] of [
      ['FEDERATION_ISSUER_MISMATCH', 'with this issuer'],
      ['FEDERATION_SUBJECT_MISMATCH', 'with this subject'],
      ['FEDERATION_SUBJECT_CASE_MISMATCH', 'only in upper and lower case'],
      ['FEDERATION_AUDIENCE_MISMATCH', 'with this audience'],
      ['FEDERATION_MISMATCH', 'does not say which'],
      ['FEDERATION_CREDENTIAL_MISSING', 'at all'],
    ] as const) {
      assert.ok(report({}, {}, code)[1]?.includes(what), code);
    }
  });

  it('lays out what was recorded where it differs, and only there', () => {
    const recorded = { issuer: oldIssuer, subject: 'sc://contoso/Widgets/Azure' };
    const line = report({}, recorded).find((line) => line.includes('recorded {')) ?? '';
    assert.deepEqual(JSON.parse(line.slice(line.indexOf('{'))), recorded);
    for (const masked of Object.values(recorded)) assert.ok(!line.includes(masked));
    assert.doesNotMatch(report().join('\n'), /recorded \{/);
    assert.doesNotMatch(report({}, { subject: undefined }).join('\n'), /recorded \{/);
  });

  it('explains nothing without the three claims', () => {
    for (const name of ['issuer', 'subject', 'audience']) {
      assert.deepEqual(report({ [name]: undefined }), []);
    }
    assert.deepEqual(toFederationReport('FEDERATION_MISMATCH', undefined, createConnection()), []);
  });

  it('gives a credential that can be pasted as it stands', () => {
    assert.deepEqual(credentialIn(report()), {
      name: `azure-devops-${connectionId}`,
      issuer: entraIssuer,
      subject: entraSubject,
      audiences: [publicAudience],
    });
  });

  it('shows a long name as it is, which looks like a secret', () => {
    const subject =
      'sc://contoso/P/AzureConnection_Production_WestEurope_2024_Subscription-0001_eyJx';
    const lines = report({ issuer: oldIssuer, subject }, { issuer: oldIssuer, subject });
    assert.equal((credentialIn(lines) as { subject: string }).subject, subject);
    assert.match(lines.join('\n'), /exactly the issuer and subject/);
  });

  it('shows issuer, subject and client id nowhere whole, since the agent would mask them', () => {
    for (const [issuer, subject] of [
      [entraIssuer, entraSubject],
      [oldIssuer, 'sc://contoso/My Project/My connection'],
    ] as const) {
      const text = report({ issuer, subject }, { issuer, subject }).join('\n');
      for (const masked of [issuer, subject, clientId]) assert.ok(!text.includes(masked), masked);
    }
  });

  it('gives both az commands, in which a shell reads the very values', () => {
    const lines = report();
    const words = lines
      .filter((line) => line.startsWith('  az '))
      .flatMap((line) => line.match(/(?:"[^"]*"|[^\s"])+/g) ?? [])
      .map((word) => word.replaceAll('"', ''));
    const after = (option: string): string | undefined => words[words.indexOf(option) + 1];
    assert.ok(lines.some((line) => line.includes('az ad app federated-credential create')));
    assert.ok(lines.some((line) => line.includes('az identity federated-credential create')));
    assert.equal(after('--id'), clientId);
    assert.equal(after('--issuer'), entraIssuer);
    assert.equal(after('--subject'), entraSubject);
    assert.equal(after('--audiences'), publicAudience);
  });

  for (const name of [
    '$(curl evil)',
    '`id`',
    'a"b',
    'a%PATH%',
    'a!b',
    "a'b",
    'a\u201db',
    'a\\b',
    'a;b',
    'a&b',
  ]) {
    it(`puts the name ${name} into no command, but into the JSON`, () => {
      const subject = `sc://contoso/p/${name}`;
      const lines = report({ subject });
      assert.ok(!lines.some((line) => line.includes('az identity')));
      assert.equal((credentialIn(lines) as { subject: string }).subject, subject);
    });
  }

  it('shows nothing that the agent or a terminal would obey', () => {
    for (const bad of [
      'x\n##vso[task.complete]',
      '##vso[task.complete]',
      '##[error]',
      'a\u001b[31m',
      'a\u202eb',
      'x'.repeat(601),
    ]) {
      for (const name of ['issuer', 'subject', 'audience']) {
        assert.deepEqual(report({ [name]: `https://a/${bad}` }), [], JSON.stringify(bad));
      }
      const recorded = report({ subject: 'sc://o/p/c' }, { subject: `sc://o/p/${bad}` }).join('\n');
      assert.doesNotMatch(recorded.replace('##[section]', ''), /##vso|##\[|\u001b|\u202e/);
    }
  });

  for (const [what, claims, connection, expected] of [
    ['that all is as recorded', {}, {}, 'carries exactly the issuer and subject'],
    ['that nothing was recorded', {}, { subject: undefined }, 'recorded no issuer and subject'],
    ['that nothing was recorded', {}, { issuer: undefined }, 'recorded no issuer and subject'],
    [
      'a conversion',
      {},
      { issuer: oldIssuer },
      'from the Entra issuer, the service connection recorded the Azure DevOps issuer',
    ],
    [
      'a conversion back',
      { issuer: oldIssuer },
      {},
      'from the Azure DevOps issuer, the service connection recorded the Entra issuer',
    ],
    [
      'another case of the issuer',
      { issuer: entraIssuer.replace('login', 'LOGIN') },
      {},
      'issuers differ only in upper and lower case, which counts: "LOGIN.microsoftonline.com" in the assertion',
    ],
    [
      'another tenant',
      { issuer: entraIssuer.replace(/\w{8}-/, `${otherTenantId.slice(0, 8)}-`) },
      {},
      `different tenants: "${otherTenantId}"`,
    ],
    [
      'another organisation',
      { issuer: `${oldIssuer}9` },
      { issuer: oldIssuer },
      'different organizations',
    ],
    [
      'another case of the subject',
      { subject: entraSubject.replace('/SC/', '/sc/').toUpperCase() },
      {},
      'subjects differ only in upper and lower case',
    ],
    ['other kinds of subject', { subject: 'sc://o/p/c' }, {}, 'different kinds'],
    ['other kinds of subject', {}, { subject: 'sc://o/p/c' }, 'different kinds'],
    [
      'another connection',
      { subject: `${entraSubject}9` },
      {},
      `"${connectionId}9" in the assertion, "${connectionId}" recorded`,
    ],
    [
      'a longer subject',
      { subject: `${entraSubject}/more` },
      {},
      '"more" in the assertion, nothing recorded',
    ],
    [
      'a shorter subject',
      {},
      { subject: `${entraSubject}/more` },
      'nothing in the assertion, "more" recorded',
    ],
    [
      'another organisation name',
      named('sc://new/p/c'),
      { issuer: oldIssuer, subject: 'sc://old/p/c' },
      'The organization is "new" in the assertion and "old"',
    ],
    [
      'a renamed project',
      named('sc://o/new/c'),
      { issuer: oldIssuer, subject: 'sc://o/old/c' },
      'The project is "new" in the assertion and "old"',
    ],
    [
      'a renamed connection',
      named('sc://o/p/new/c'),
      { issuer: oldIssuer, subject: 'sc://o/p/old/c' },
      'The service connection is "new/c" in the assertion and "old/c"',
    ],
    [
      'unknown kinds of subject',
      named('p://a/b'),
      { issuer: oldIssuer, subject: 'p://a/c' },
      '"b" in the assertion, "c" recorded',
    ],
  ] as const) {
    it(`finds ${what}: ${expected}`, () => {
      const findings = report(claims, connection).filter((line) => line.startsWith('- '));
      assert.equal(findings.length, 1, findings.join('\n'));
      assert.ok(findings[0]?.includes(expected), findings[0]);
    });
  }
});
