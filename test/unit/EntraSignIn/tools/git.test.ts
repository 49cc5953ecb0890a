import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toOrganization } from '../../../../tasks/common/job/organization.ts';
import { git, toGitWarning } from '../../../../tasks/EntraSignIn/EntraSignInV1/src/tools/git.ts';
import type { SignIn } from '../../../../tasks/EntraSignIn/EntraSignInV1/src/tools/tool.ts';
import { createConnection } from '../../fixtures.ts';

const toSignIn = (changes: Partial<SignIn> = {}): SignIn => ({
  connection: createConnection({}),
  tenantId: 'tenant',
  organizations: [toOrganization(new URL('https://dev.azure.com/Contoso'))].flatMap(
    (one) => one ?? [],
  ),
  folder: '/temp/session',
  command: '/temp/it\'s "here"/entra-token',
  port: 1,
  key: 'key',
  readVariable: () => undefined,
  environment: {},
  ...changes,
});
const configOf = (signIn: SignIn): string => git.setUp(signIn).files?.[0]?.content ?? '';

describe('the configuration for git', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gitconfig-'));
  after(() => rmSync(folder, { recursive: true }));
  const list = (content: string): readonly string[] => {
    const file = join(folder, 'config');
    writeFileSync(file, content);
    const output = execFileSync('git', ['config', '--file', file, '--no-includes', '--list'], {
      encoding: 'utf8',
    });
    return output.trim().split('\n');
  };

  it('is read by git as it is meant, whatever stands in a path', () => {
    const helper = `!'/temp/it'\\''s "here"/entra-token' git-credential`;
    assert.deepEqual(list(configOf(toSignIn())), [
      'include.path=~/.config/git/config',
      'include.path=~/.gitconfig',
      ...['https://dev.azure.com/contoso', 'https://contoso.visualstudio.com'].flatMap(
        (address) => [
          `credential.${address}.usehttppath=true`,
          `credential.${address}.helper=`,
          `credential.${address}.helper=${helper}`,
        ],
      ),
    ]);
  });

  it("includes the user's own, wherever it is", () => {
    const values: Record<string, string> = { XDG_CONFIG_HOME: 'C:\\Users\\x' };
    const [first] = list(configOf(toSignIn({ readVariable: (name) => values[name] })));
    assert.equal(first, 'include.path=C:/Users/x/git/config');
    values['GIT_CONFIG_GLOBAL'] = '/own/config';
    const lines = list(configOf(toSignIn({ readVariable: (name) => values[name] })));
    assert.deepEqual(
      lines.filter((line) => line.startsWith('include')),
      ['include.path=/own/config'],
    );
  });

  it('names a collection elsewhere by its one address', () => {
    const organizations = [toOrganization(new URL('https://ado.example:8443/tfs/Main/'))].flatMap(
      (one) => one ?? [],
    );
    const lines = list(configOf(toSignIn({ organizations })));
    assert.ok(lines.includes('credential.https://ado.example:8443/tfs/Main.helper='));
  });
});

describe('toGitWarning', () => {
  for (const [output, expected] of [
    [undefined, /There is no git on the path/],
    ['git version 2.31.8', /is 2\.31, which does not know GIT_CONFIG_GLOBAL/],
    ['git version 1.8.3.1', /is 1\.8,/],
    ['git version 2.32.0', undefined],
    ['git version 2.47.1.windows.1', undefined],
    ['git version 3.0.0', undefined],
  ] as const) {
    it(`${expected === undefined ? 'says nothing of' : 'warns of'} ${output ?? 'no git'}`, () => {
      const warning = toGitWarning(output);
      if (expected === undefined) assert.equal(warning, undefined);
      else assert.match(warning ?? '', expected);
    });
  }
});
