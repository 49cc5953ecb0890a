import assert from 'node:assert/strict';
import {
  toNameWarning,
  toOutputReferences,
  type StepPlace,
} from '../../../tasks/EntraToken/EntraTokenV1/src/output-references.ts';

const place: StepPlace = {
  hostType: 'build',
  stage: '__default',
  phase: 'Build',
  job: '__default',
  step: 'token',
  environment: undefined,
  resource: undefined,
  strategy: undefined,
};
const expressions = (changes: Partial<StepPlace>): readonly string[] =>
  toOutputReferences({ ...place, ...changes }, 'EntraToken').flatMap(
    (line) => /\$\[ (.+) \]$/.exec(line)?.[1] ?? [],
  );

describe('toOutputReferences', () => {
  const cases: readonly (readonly [string, Partial<StepPlace>, readonly string[]])[] = [
    ['a job', {}, ["dependencies.Build.outputs['token.EntraToken']"]],
    [
      'a job of a stage',
      { stage: 'Prepare' },
      [
        "dependencies.Build.outputs['token.EntraToken']",
        "stageDependencies.Prepare.Build.outputs['token.EntraToken']",
      ],
    ],
    [
      'a leg of a matrix',
      { job: 'linux', stage: 'Prepare' },
      [
        "dependencies.Build.outputs['linux.token.EntraToken']",
        "stageDependencies.Prepare.Build.outputs['linux.token.EntraToken']",
      ],
    ],
    [
      'a deployment job with runOnce',
      { environment: 'production', strategy: 'runOnce', job: 'Deploy' },
      ["dependencies.Build.outputs['Build.token.EntraToken']"],
    ],
    [
      'a deployment job with a resource',
      { environment: 'production', strategy: 'runOnce', resource: 'vm' },
      ["dependencies.Build.outputs['Deploy_vm.token.EntraToken']"],
    ],
    ['a deployment job that rolls', { environment: 'production', strategy: 'rolling' }, []],
    ['a classic release', { hostType: 'release' }, []],
  ];
  for (const [what, changes, expected] of cases) {
    it(`are those of ${what}`, () => {
      assert.deepEqual(expressions(changes), expected);
    });
  }

  it('send to the table where they depend on the hook', () => {
    const lines = toOutputReferences({ ...place, environment: 'x', strategy: 'canary' }, 'T');
    assert.match(lines.join(), /lifecycle hook of the strategy canary/);
  });
});

describe('toNameWarning', () => {
  it('warns of a name that Azure Pipelines made up', () => {
    for (const step of ['EntraToken', 'EntraToken2']) {
      assert.match(toNameWarning({ ...place, step }) ?? '', /Add a line such as "name: token"/);
    }
    for (const step of ['token', 'EntraTokenForGit', 'myEntraToken']) {
      assert.equal(toNameWarning({ ...place, step }), undefined);
    }
    assert.equal(toNameWarning({ ...place, step: 'EntraToken', hostType: 'release' }), undefined);
  });
});
