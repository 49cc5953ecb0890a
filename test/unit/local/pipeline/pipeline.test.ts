import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPipeline } from '../../../local/pipeline/read-pipeline.ts';
import { cacheFolder } from '../../../local/repository.ts';
import { runPipeline } from '../../../local/run-pipeline.ts';

let folder: string;

async function write(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('pipeline file', () => {
  before(async () => {
    const parent = join(cacheFolder, 'test');
    await mkdir(parent, { recursive: true });
    folder = await mkdtemp(join(parent, 'pipeline-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  describe('readPipeline', () => {
    it('reads steps at the top, with texts as they are written', async () => {
      const path = await write(
        'steps.yml',
        `trigger: none
variables:
  a: 1.0
  b: yes
steps:
  - checkout: none
  - task: EntraToken@1
    name: entra
    displayName: Get it
    condition: always()
    continueOnError: true
    timeoutInMinutes: 2
    retryCountOnTaskFailure: 3
    inputs: { verify: true, tenantId: 007, organization: }
    target:
      commands: restricted
      settableVariables: [EntraToken*]
  - bash: |
      echo
    workingDirectory: x
    env:
      TOKEN: $(EntraToken)
`,
      );
      assert.deepEqual(readPipeline(path), [
        {
          name: '__default',
          dependsOn: [],
          jobs: [
            {
              name: 'Job',
              dependsOn: [],
              variables: [
                { name: 'a', value: '1.0' },
                { name: 'b', value: 'yes' },
              ],
              steps: [
                {
                  kind: 'task',
                  task: 'EntraToken@1',
                  name: 'entra',
                  displayName: 'Get it',
                  condition: 'always()',
                  continueOnError: true,
                  timeoutInMinutes: 2,
                  retryCountOnTaskFailure: 3,
                  inputs: { verify: 'true', tenantId: '007', organization: '' },
                  target: { commands: 'restricted', settableVariables: ['EntraToken*'] },
                },
                {
                  kind: 'bash',
                  script: 'echo\n',
                  workingDirectory: 'x',
                  env: { TOKEN: '$(EntraToken)' },
                },
              ],
            },
          ],
        },
      ]);
    });

    it('puts templates in, with their parameters', async () => {
      await write(
        'inner.yml',
        `parameters:
  - name: resource
    type: string
  - name: extra
    type: stepList
    default: []
steps:
  - task: EntraToken@1
    inputs:
      resource: 'api://\${{ parameters.resource }}'
  - \${{ parameters.extra }}
`,
      );
      await write(
        'outer.yml',
        `parameters:
  name: world
jobs:
  - job: A
    steps:
      - template: inner.yml
        parameters:
          resource: \${{ parameters.name }}
          extra:
            - script: echo \${{ parameters.name }}
`,
      );
      const path = await write('extends.yml', 'extends:\n  template: outer.yml\n');
      assert.deepEqual(readPipeline(path)[0]?.jobs[0]?.steps, [
        { kind: 'task', task: 'EntraToken@1', inputs: { resource: 'api://world' } },
        { kind: 'script', script: 'echo world' },
      ]);
    });

    it('makes a job of each leg of a matrix, and of each hook of a deployment', async () => {
      await write('jobs.yml', 'jobs:\n  - job: Templated\n    steps: []\n');
      const path = await write(
        'jobs-of-kinds.yml',
        `jobs:
  - job: A
    timeoutInMinutes: 5
    strategy:
      maxParallel: 2
      matrix:
        linux: { os: ubuntu }
        mac: { os: macOS }
    steps: []
  - deployment: D
    dependsOn: A
    condition: always()
    environment: production
    strategy:
      runOnce:
        preDeploy: { steps: [] }
        deploy:
          steps:
            - download: none
            - pwsh: Get-Date
        on:
          failure: { steps: [] }
  - template: jobs.yml
  - job: B
    dependsOn: [D]
    steps: []
`,
      );
      const [stage] = readPipeline(path);
      const environment = [{ name: 'Environment.Name', value: 'production' }];
      assert.deepEqual(stage?.jobs, [
        { name: 'A_linux', dependsOn: [], variables: [{ name: 'os', value: 'ubuntu' }], steps: [] },
        { name: 'A_mac', dependsOn: [], variables: [{ name: 'os', value: 'macOS' }], steps: [] },
        {
          name: 'D_preDeploy',
          dependsOn: ['A_linux', 'A_mac'],
          condition: 'always()',
          variables: environment,
          steps: [],
        },
        {
          name: 'D_deploy',
          dependsOn: ['D_preDeploy'],
          variables: environment,
          steps: [{ kind: 'pwsh', script: 'Get-Date' }],
        },
        {
          name: 'D_failure',
          dependsOn: ['D_preDeploy', 'D_deploy'],
          condition: 'failed()',
          variables: environment,
          steps: [],
        },
        { name: 'Templated', dependsOn: [], variables: [], steps: [] },
        { name: 'B', dependsOn: ['D_preDeploy', 'D_deploy'], variables: [], steps: [] },
      ]);
    });

    for (const [what, content] of [
      ["'parallel'", 'jobs:\n  - job: A\n    strategy: { parallel: 2 }\n    steps: []\n'],
      ["'rolling'", 'jobs:\n  - deployment: A\n    strategy: { rolling: {} }\n'],
      ["'resourceName'", 'jobs:\n  - deployment: A\n    environment: { resourceName: x }\n'],
      ["variable groups: 'g'", 'steps: []\nvariables: [{ group: g }]\n'],
      ["'services'", 'steps: []\nservices: {}\n'],
      ["'publish'", 'steps:\n  - publish: x\n'],
      ["'download: current'", 'steps:\n  - download: current\n'],
      ["'submodules'", 'steps:\n  - { checkout: self, submodules: true }\n'],
      ["'pipelines'", 'steps: []\nresources:\n  pipelines: []\n'],
      ["'failOnStderr'", 'steps:\n  - { bash: x, failOnStderr: true }\n'],
      ["'container'", 'steps:\n  - { bash: x, target: { container: c } }\n'],
      ["a container: 'c'", 'steps:\n  - { bash: x, target: c }\n'],
      ["'persistCredentials: true'", 'steps:\n  - { checkout: self, persistCredentials: true }\n'],
      ["'pool: server'", 'pool: server\nsteps: []\n'],
      ["'pool: server'", 'jobs:\n  - { job: A, pool: server, steps: [] }\n'],
      [
        'a matrix that a run computes',
        'jobs:\n  - { job: A, strategy: { matrix: "$[ x ]" }, steps: [] }\n',
      ],
      ['a resource of an environment', 'jobs:\n  - { deployment: A, environment: e.vm }\n'],
    ] as const) {
      it(`says in a sentence that it does not support ${what}`, async () => {
        const path = await write('unsupported.yml', content);
        assert.throws(
          () => readPipeline(path),
          ({ message }: Error) =>
            /unsupported\.yml:(\d): The local agent does not support (.+) \(line \1\); docs\/local-pipeline\.md lists what it does\.$/.exec(
              message,
            )?.[2] === what,
        );
      });
    }

    const faults: readonly [string, string, RegExp][] = [
      [
        'an unknown key of a step',
        'steps:\n  - bash: x\n    enviroment: {}\n',
        /fault\.yml:3: Unknown key 'enviroment' in a script step/,
      ],
      ['inputs of a script', 'steps:\n  - bash: x\n    inputs: {}\n', /:3: Unknown key 'inputs'/],
      [
        'an expression without an end',
        'steps:\n  - bash: ${{ x\n',
        /:2: An expression begins with/,
      ],
      ['two documents', 'steps: []\n---\nsteps: []\n', /fault\.yml has several documents/],
      ['an unknown key at the top', 'step: []\n', /:1: Unknown key 'step' in a pipeline/],
      [
        'an unknown key of a job',
        'jobs:\n  - job: A\n    stratgy: {}\n    steps: []\n',
        /:3: Unknown key 'stratgy' in a job\. Did you mean 'strategy'\?/,
      ],
      ['a step of no kind', 'steps:\n  - displayName: x\n', /:2: A step needs/],
      [
        'a variable group',
        'variables:\n  - group: g\nsteps: []\n',
        /:2: The local agent does not support variable groups: 'g' \(line 2\)/,
      ],
      [
        'another expression',
        'steps:\n  - bash: ${{ counter() }}\n',
        /:2: \$\{\{ counter\(\) \}\}: The local agent does not support the function 'counter'/,
      ],
      [
        'an unknown parameter',
        'steps:\n  - bash: ${{ parameters.x }}\n',
        /:2: .*There is no 'x' in parameters; known: none/,
      ],
      [
        'a missing template',
        'steps:\n  - template: none.yml\n',
        /:2: There is no file .*none\.yml/,
      ],
      [
        'a text where a number is due',
        'steps:\n  - bash: x\n    timeoutInMinutes: soon\n',
        /:3: A number is expected: soon/,
      ],
      ['a key that stands twice', 'steps: []\nsteps: []\n', /unique/],
      [
        'a checkout of what is not declared',
        'steps:\n  - checkout: widgts\nresources:\n  repositories: [{ repository: widgets, type: git, name: a/b }]\n',
        /:2: There is no repository 'widgts' in resources\. Did you mean 'widgets'\? Known here: none, self, widgets\./,
      ],
      ['nothing to run', 'pool: x\n', /:1: There are no steps/],
    ];
    for (const [what, content, expected] of faults) {
      it(`refuses ${what}, and says where`, async () => {
        const path = await write('fault.yml', content);
        assert.throws(() => readPipeline(path), expected);
      });
    }
  });

  describe('runPipeline', () => {
    it('carries outputs across jobs and stages, secrets as secrets', async () => {
      const path = await write(
        'stages.yml',
        `variables:
  shared: $(both)
  both: 2
stages:
  - stage: One
    jobs:
      - job: A
        steps:
          - bash: |
              echo '##vso[task.setvariable variable=open;isoutput=true]o'
              echo '##vso[task.setvariable variable=hidden;isoutput=true;issecret=true]s3cr3t'
            name: set
      - job: B
        dependsOn: A
        variables:
          open: $[ dependencies.A.outputs['set.open'] ]
          hidden: $[dependencies.A.outputs['set.hidden']]
        steps:
          - bash: echo "B $(open) $OPEN $(hidden) [$HIDDEN] $SHARED"
      - job: C
        variables:
          open: $[ dependencies.A.outputs['set.open'] ]
        steps:
          - bash: echo "C [$(open)]"
  - stage: Two
    variables:
      - name: hidden
        value: $[ stageDependencies.One.A.outputs['set.hidden'] ]
    jobs:
      - job: A
        steps:
          - bash: '[ "$H" = s3cr3t ] && echo "Two $H" && exit 1'
            env: { H: $(hidden) }
      - job: Skipped
        dependsOn: [A]
        steps: []
      - job: Always
        dependsOn: A
        condition: failed()
        steps: []
`,
      );
      const lines: string[] = [];
      const { result, jobs } = await runPipeline(path, { log: (line) => lines.push(line) });
      assert.ok(lines.includes('B o o *** [] 2'), lines.join('\n'));
      assert.ok(lines.includes('C []'));
      assert.ok(lines.includes('Two ***'));
      assert.equal(result, 'Failed');
      assert.deepEqual(
        jobs.map(({ stage, job, result: outcome }) => `${stage}.${job} ${outcome}`),
        [
          'One.A Succeeded',
          'One.B Succeeded',
          'One.C Succeeded',
          'Two.A Failed',
          'Two.Skipped Skipped',
          'Two.Always Succeeded',
        ],
      );
    });

    it('judges conditions by variables, results and outputs', async () => {
      const path = await write(
        'conditions.yml',
        `variables: { kind: Pull }
jobs:
  - job: A
    steps:
      - bash: echo '##vso[task.setvariable variable=changed;isoutput=true]yes'
        name: find
      - bash: echo first
        condition: and(succeeded(), eq(variables.kind, 'pull'))
      - bash: echo second
        condition: and(succeeded(), ne(variables['kind'], 'pull'))
  - job: B
    dependsOn: A
    condition: eq(dependencies.A.outputs['find.changed'], 'yes')
    variables:
      told: $[ format('{0} {1}', dependencies.A.result, upper(dependencies.A.outputs['find.changed'])) ]
    steps:
      - bash: echo "B $(told)"
  - job: C
    dependsOn: A
    condition: eq(dependencies.A.result, 'Failed')
    steps: []
`,
      );
      const lines: string[] = [];
      const { jobs } = await runPipeline(path, { log: (line) => lines.push(line) });
      assert.ok(lines.includes('first') && !lines.includes('second'), lines.join('\n'));
      assert.ok(lines.includes('B Succeeded YES'), lines.join('\n'));
      assert.deepEqual(
        jobs.map(({ result }) => result),
        ['Succeeded', 'Succeeded', 'Skipped'],
      );
    });

    for (const [what, content, expected] of [
      [
        'a dependency that is not there',
        'jobs:\n  - job: A\n    dependsOn: B\n    steps: []\n',
        /Job A depends on B/,
      ],
      [
        'another runtime expression',
        'variables:\n  x: $[counter()]\nsteps: []\n',
        /variable x: \$\[counter\(\)\]: The local agent does not support the function 'counter'/,
      ],
      ['a task that is not installed', 'steps:\n  - bash: exit 1\n  - task: None@1\n', /'None@1'/],
      [
        'a condition that is not supported',
        'steps:\n  - bash: x\n    condition: eq(pipeline.x, 1)\n',
        /condition 'eq\(pipeline\.x, 1\)': The name 'pipeline' is not known here/,
      ],
    ] as const) {
      it(`refuses ${what} before anything runs`, async () => {
        const lines: string[] = [];
        const path = await write('queue.yml', content);
        await assert.rejects(runPipeline(path, { log: (line) => lines.push(line) }), expected);
        assert.deepEqual(lines, []);
      });
    }
  });
});
