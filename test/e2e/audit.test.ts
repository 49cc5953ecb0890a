import assert from 'node:assert/strict';
import { startWorld, type World } from '../local/world.ts';
import { runTask, type TaskRun } from './support/run-task.ts';

/** The audit line's values by name, out of what the process wrote, before any mask. */
function readAudit({ step }: TaskRun): Readonly<Record<string, string>> {
  const lines = step.rawLines.filter(({ text }) => text.startsWith('Audit: '));
  assert.equal(lines.length, 1, step.maskedLog.join('\n'));
  const pairs = lines[0]?.text.slice('Audit: '.length).split(', ') ?? [];
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', value = ''] = /^(\w+) (.+)$/.exec(pair) ?? [];
      return [name, value];
    }),
  );
}

describe('The audit line', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => world.close());

  for (const [connection, issuer] of [
    ['contoso-azure', 'Entra issuer'],
    ['contoso-devops', 'Entra issuer'],
    ['contoso-azure-old-issuer', 'Azure DevOps issuer'],
  ] as const) {
    it(`has what an Entra administrator needs to find the sign-in of ${connection}`, async () => {
      const run = await runTask(world, { connection, inputs: { resource: 'microsoftGraph' } });
      const { app, tenant } = world.behind(connection);
      const form = new URLSearchParams(run.requests.at(-1)?.body);
      const { request, ...audit } = readAudit(run);
      assert.deepEqual(audit, {
        application: app.clientId,
        object: tenant.servicePrincipals.get(app.clientId),
        tenant: tenant.id,
        resource: 'https://graph.microsoft.com',
        assertion: `from ${issuer}`,
        correlation: form.get('client-request-id'),
        expires: run.job.variables.get('EntraToken.expiresOn')?.value,
      });
      assert.match(request ?? '', /^[0-9a-f-]{36}$/);
    });
  }

  it('is not there when the step fails', async () => {
    const run = await runTask(world, { inputs: { tenantId: 'nobody.example' } });
    assert.equal(run.code, 'TENANT_NOT_FOUND');
    assert.ok(!run.step.rawLines.some(({ text }) => text.includes('Audit: ')));
  });
});

describe("The old issuer's end", () => {
  const connection = 'contoso-azure-old-issuer';
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => world.close());

  for (const node of ['20', '24'] as const) {
    it(`is announced by one warning that names the connection and the way out, on Node ${node}`, async () => {
      const run = await runTask(world, { node, connection });
      // A warning of the task does not make its result "with issues".
      assert.equal(run.step.result, 'Succeeded');
      assert.equal(run.step.issues.warnings.length, 1);
      const [warning = ''] = run.step.issues.warnings;
      for (const part of [
        `"${connection}" (${world.behind(connection).connection.id})`,
        'vstoken.dev.azure.com',
        '2027-07-01',
        'Project settings > Service connections',
        'EntraToken.silenceIssuerWarning',
      ]) {
        assert.ok(warning.includes(part), warning);
      }
    });
  }

  for (const [value, count] of [
    ['true', 0],
    ['True', 0],
    ['false', 1],
    ['1', 1],
  ] as const) {
    it(`is announced ${count} times when the pipeline variable is ${value}`, async () => {
      const run = await runTask(world, {
        connection,
        variables: [{ name: 'EntraToken.silenceIssuerWarning', value }],
      });
      assert.equal(run.step.result, 'Succeeded');
      assert.equal(run.step.issues.warnings.length, count);
    });
  }

  for (const other of ['contoso-azure', 'fabrikam-government', 'fabrikam-china']) {
    it(`is of no concern to ${other}`, async () => {
      const run = await runTask(world, {
        connection: other,
        inputs: { resource: 'azureResourceManager' },
      });
      assert.equal(run.step.result, 'Succeeded', run.step.maskedLog.join('\n'));
      assert.deepEqual(run.step.issues.warnings, []);
    });
  }
});
