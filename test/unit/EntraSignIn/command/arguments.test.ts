import assert from 'node:assert/strict';
import { parseArguments } from '../../../../tasks/EntraSignIn/EntraSignInV1/src/command/arguments.ts';
import { failsWith } from '../../fixtures.ts';

const token = {
  kind: 'token',
  form: 'plain',
  resource: 'azureDevOps',
  minimumLifeMinutes: undefined,
  masks: true,
} as const;

describe('parseArguments of entra-token', () => {
  for (const [words, expected] of [
    [[], token],
    [['--header'], { ...token, form: 'header' }],
    [['--json', '--no-mask'], { ...token, form: 'json', masks: false }],
    [['--resource', 'keyVault'], { ...token, resource: 'keyVault' }],
    [['--resource=api://x'], { ...token, resource: 'api://x' }],
    [['--resource', '--json'], { ...token, resource: '--json' }],
    [['--min-life=45'], { ...token, minimumLifeMinutes: 45 }],
    [['status'], { kind: 'status' }],
    [['--help'], { kind: 'help' }],
    [['status', '--help'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['--version'], { kind: 'version' }],
    [['git-credential', 'get'], { kind: 'git-credential', operation: 'get' }],
  ] as const) {
    it(`reads "${words.join(' ')}"`, () => {
      assert.deepEqual(parseArguments(words), expected);
    });
  }

  for (const [words, message] of [
    [['--min-life', '1441'], '--min-life is "1441"'],
    [['--min-life=0x10'], '--min-life is "0x10"'],
    [['--min-life'], '--min-life needs a value'],
    [['--resource='], '--resource needs a value'],
    [['--json=yes'], '"--json=yes" is not known'],
    [['--json', '--header'], 'cannot be given together'],
    [['--no-mask', '--no-mask'], '--no-mask is given twice'],
    [['keyVault'], '"keyVault" is not known'],
    [['--Header'], '"--Header" is not known'],
    [['status', '--json'], 'status takes no argument'],
  ] as const) {
    it(`refuses "${words.join(' ')}"`, () => {
      assert.throws(() => parseArguments(words), failsWith('ARGUMENT_INVALID', message));
    });
  }
});
