import assert from 'node:assert/strict';
import { toOrganization, type Organization } from '../../../tasks/common/job/organization.ts';
import { parseInputs } from '../../../tasks/EntraSignIn/EntraSignInV1/src/inputs.ts';
import { failsWith } from '../fixtures.ts';

const home = toOrganization(new URL('https://dev.azure.com/contoso')) as Organization;
const parse = (values: Readonly<Record<string, string>>) =>
  parseInputs((name) => ({ azureSubscription: 'ABC', tools: 'git', ...values })[name] ?? '', home);

describe('parseInputs of EntraSignIn', () => {
  for (const value of [
    'git, azureSdk',
    'GIT\nAZURESDK',
    ' azuresdk ,, git ,git',
    '\ngit,\nazureSdk\n',
  ]) {
    it(`reads the tools in ${JSON.stringify(value)}`, () => {
      assert.deepEqual(
        parse({ tools: value }).tools.map(({ name }) => name),
        ['azureSdk', 'git'],
      );
    });
  }

  for (const value of ['', ' ', ',\n,']) {
    it(`finds no tool in ${JSON.stringify(value)}, and lists them`, () => {
      assert.throws(
        () => parse({ tools: value }),
        failsWith('TOOLS_MISSING', 'azureSdk, azureCli, terraform'),
      );
    });
  }

  it('names a tool that it does not know, and lists those that it does', () => {
    assert.throws(
      () => parse({ tools: 'git, svn' }),
      failsWith('TOOL_UNKNOWN', 'names "svn". There are azureSdk, azureCli'),
    );
  });

  it('takes the organisation of the job where none is named', () => {
    assert.deepEqual(parse({}).organizations, [home]);
  });

  it('takes organisations in all their forms, each once', () => {
    const { organizations } = parse({
      organizations:
        'fabrikam, https://dev.azure.com/Fabrikam\nhttps://fabrikam.visualstudio.com/, contoso',
    });
    assert.deepEqual(
      organizations.map(({ key }) => key),
      ['azure-devops-services:fabrikam', 'azure-devops-services:contoso'],
    );
  });

  for (const value of [
    'https://git.example.com/contoso',
    'http://dev.azure.com/contoso',
    'https://user:password@dev.azure.com/contoso',
    'https://dev.azure.com',
    'contoso, https://dev.azure.com.evil.example/contoso',
    'con toso',
  ]) {
    it(`refuses ${value}`, () => {
      assert.throws(
        () => parse({ organizations: value }),
        failsWith('ORGANIZATION_INVALID', 'The input organizations holds "'),
      );
    });
  }
});
