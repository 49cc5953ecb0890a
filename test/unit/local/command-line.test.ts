import assert from 'node:assert/strict';
import { findClosest } from '../../local/closest.ts';
import { parseCommandLine } from '../../local/command-line.ts';
import { hasColors } from '../../local/log-colors.ts';

describe('the command line', () => {
  it('runs the quick start unless it says something else', () => {
    const command = parseCommandLine([]);
    assert.ok(command.kind === 'run');
    assert.match(command.pipeline, /quick-start\.yml$/);
    assert.deepEqual([command.profile, command.node, command.debug], ['yaml', '24', false]);
  });

  it('takes a profile in any case', () => {
    const command = parseCommandLine(['--profile', 'RELEASE-Without-OIDC-uri', 'x.yml']);
    assert.ok(command.kind === 'run');
    assert.deepEqual([command.pipeline, command.profile], ['x.yml', 'release-without-oidc-uri']);
  });

  it('takes parameters of the pipeline', () => {
    const command = parseCommandLine(['--parameter', 'a=b=c', '--parameter', 'D=[1]']);
    assert.ok(command.kind === 'run');
    assert.deepEqual([...command.parameters.keys()], ['a', 'd']);
  });

  it('prints its help, long and short, and the version', () => {
    for (const option of ['--help', '-h']) {
      const command = parseCommandLine([option]);
      assert.ok(command.kind === 'print' && command.text.includes('Usage: npm start'));
    }
    const command = parseCommandLine(['--version']);
    assert.ok(command.kind === 'print' && /^\d+\.\d+\.\d+$/.test(command.text));
  });

  for (const [args, message] of [
    [
      ['--profil', 'x'],
      /^Unknown option '--profil'\. Did you mean '--profile'\? Known are: --profile/,
    ],
    [
      ['--profile', 'relase'],
      /^Unknown profile 'relase'\. Did you mean 'release'\? Known are: yaml/,
    ],
    [['--profile'], /'--profile <value>' argument missing\.$/],
    [['--node', '18'], /^Unknown Node\.js '18'\. The agent has 20 and 24\.$/],
    [['a.yml', 'b.yml'], /^One pipeline at a time: a\.yml, b\.yml$/],
    [['--parameter', 'a'], /^A parameter is written as --parameter name=value: a$/],
    [['--doctor', '--vsix', 'x'], /^--doctor packages the extension itself\.$/],
    [['--token-life', '1'], /whole number of seconds, 5 or more/],
  ] as const) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(
        () => parseCommandLine(args),
        (error: Error) => message.test(error.message),
      );
    });
  }
});

describe('findClosest', () => {
  for (const [word, expected] of [
    ['displayname', 'displayName'],
    ['dispalyName', 'displayName'],
    ['step', 'steps'],
    ['x', undefined],
    ['publish', undefined],
  ] as const) {
    it(`finds ${expected ?? 'nothing'} for ${word}`, () => {
      assert.equal(findClosest(word, ['steps', 'displayName', 'condition']), expected);
    });
  }
});

describe('hasColors', () => {
  for (const [isTerminal, env, expected] of [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ] as const) {
    it(`is ${expected} ${isTerminal ? 'on a terminal' : 'in a file'} with ${JSON.stringify(env)}`, () => {
      assert.equal(hasColors(isTerminal, env), expected);
    });
  }
});
