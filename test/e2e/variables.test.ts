import assert from 'node:assert/strict';
import { startWorld, type World } from '../local/world.ts';
import { assertNoLeak } from './support/leaks.ts';
import { runTask, type TaskRun } from './support/run-task.ts';
import { assertNoTrace } from './support/token-traces.ts';
import { variablesNamed, variablesSet } from './support/variables-set.ts';

const azureDevOps = '499b84ac-1321-427f-aa17-267ca6975798';

function assertSucceeded({ step }: TaskRun): void {
  assert.equal(step.result, 'Succeeded', step.maskedLog.join('\n'));
  assert.equal(step.exitCode, 0);
  assert.deepEqual(step.completeMessages, ['']);
  assert.deepEqual([step.badCommands, step.denied], [[], []]);
  assert.deepEqual(step.issues, { errors: [], warnings: [] });
  assert.ok((step.completeToExitMs ?? Infinity) < 2000, 'The process does not end by itself.');
}

describe('The variables that EntraToken@1 sets', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => world.close());

  for (const node of ['20', '24'] as const) {
    for (const connection of ['contoso-azure', 'contoso-devops']) {
      it(`are exactly those of the contract, for ${connection} on Node ${node}`, async () => {
        world.entra.expiresInSeconds = 4242;
        const began = Date.now();
        const run = await runTask(world, { node, connection });
        world.entra.expiresInSeconds = undefined;
        assertSucceeded(run);
        assertNoLeak(world, run);
        const { connection: known, app, tenant } = world.behind(connection);
        const variables = variablesNamed(run, 'EntraToken');
        const expiresOn = variables['EntraToken.expiresOn']?.value ?? '';
        assert.match(expiresOn, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        const livesSeconds = (Date.parse(expiresOn) - began) / 1000;
        assert.ok(livesSeconds >= 4242 && livesSeconds < 4242 + 60, expiresOn);
        const open = {
          expiresOn,
          resource: azureDevOps,
          tenantId: tenant.id,
          clientId: app.clientId,
          objectId: tenant.servicePrincipals.get(app.clientId),
          ...(known.type === 'AzureRM' ? { subscriptionId: known.data['subscriptionId'] } : {}),
        };
        assert.deepEqual(variables, {
          EntraToken: { value: world.issued.accessTokens.at(-1), secret: true },
          ...Object.fromEntries(
            Object.entries(open).map(([name, value]) => [
              `EntraToken.${name}`,
              { value, secret: false },
            ]),
          ),
        });
        assert.deepEqual(variablesSet(run), [
          'EntraToken secret',
          ...Object.keys(open).map((name) => `EntraToken.${name}`),
        ]);
        assert.equal(run.step.outputVariables.size, 0);
      });
    }

    it(`are set as output variables too, while the plain ones stay, on Node ${node}`, async () => {
      const run = await runTask(world, { node, inputs: { isOutput: 'true' } });
      assertSucceeded(run);
      assertNoLeak(world, run);
      const plain = variablesNamed(run, 'EntraToken');
      assert.equal(Object.keys(plain).length, 7);
      const expected = Object.fromEntries(
        Object.entries(plain).map(([name, variable]) => [`token.${name}`, variable]),
      );
      assert.deepEqual(variablesNamed(run, 'token'), expected);
      assert.deepEqual(Object.fromEntries(run.job.outputVariables), expected);
      assert.equal(expected['token.EntraToken']?.secret, true);
    });
  }

  it('bear the name that the step was given', async () => {
    const run = await runTask(world, { inputs: { variableName: 'GRAPH_TOKEN' } });
    assertSucceeded(run);
    assert.deepEqual(variablesNamed(run, 'EntraToken'), {});
    assert.deepEqual(
      [variablesSet(run)[0], variablesSet(run)[1]],
      ['GRAPH_TOKEN secret', 'GRAPH_TOKEN.expiresOn'],
    );
  });

  it('reach the next step: the secret through env alone, the others as they are', async () => {
    const run = await runTask(world, {
      inputs: { isOutput: 'true' },
      followedBy: [
        {
          kind: 'bash',
          script: [
            'echo "unmapped=[${ENTRATOKEN:-}] [${TOKEN_ENTRATOKEN:-}]"',
            'echo "plain=${#PLAIN} output=${#OUTPUT}"',
            'if [ "$PLAIN" = "$OUTPUT" ]; then echo same; fi',
            'echo "resource=$ENTRATOKEN_RESOURCE $TOKEN_ENTRATOKEN_RESOURCE"',
            'echo "the token itself: $PLAIN"',
          ].join('\n'),
          env: { PLAIN: '$(EntraToken)', OUTPUT: '$(token.EntraToken)' },
        },
      ],
    });
    assertSucceeded(run);
    assertNoLeak(world, run);
    const [, next] = run.job.steps;
    const length = String(world.issued.accessTokens.at(-1)?.length);
    for (const line of [
      'unmapped=[] []',
      `plain=${length} output=${length}`,
      'same',
      `resource=${azureDevOps} ${azureDevOps}`,
      'the token itself: ***',
    ]) {
      assert.ok(next?.maskedLog.includes(line), `${line}\n${next?.maskedLog.join('\n')}`);
    }
  });

  it('are masked in every form in which tools print a token', async () => {
    const run = await runTask(world, {
      followedBy: [
        {
          kind: 'bash',
          script: [
            'for user in "" x xy xyz longer-name; do',
            '  printf "Authorization: Basic %s\\n" "$(printf "%s:%s" "$user" "$TOKEN" | base64 | tr -d "\\n")"',
            'done',
          ].join('\n'),
          env: { TOKEN: '$(EntraToken)' },
        },
      ],
    });
    assertSucceeded(run);
    const shown = run.job.steps[1]?.maskedLog.filter((line) => line.startsWith('Authorization'));
    assert.equal(shown?.length, 5);
    // What is left of a header is the user name in front.
    for (const line of shown)
      assert.match(line, /^Authorization: Basic [\w+/=]{0,18}\*{3}[\w+/=]{0,4}$/);
  });

  it('are withheld without a word of the task where the pipeline does not let them be set', async () => {
    const run = await runTask(world, { target: { settableVariables: ['Other'] } });
    assert.equal(run.step.result, 'Succeeded');
    assert.deepEqual(variablesNamed(run, 'EntraToken'), {});
    assert.equal(run.step.denied.length, 7);
    assert.ok(run.step.denied.includes('variable EntraToken'));
    assert.match(run.step.issues.warnings[0] ?? '', /'EntraToken' has been disabled/);
    assertNoLeak(world, run);
  });

  it('are set where the pipeline lets them be set, all of them', async () => {
    const run = await runTask(world, {
      target: { settableVariables: ['EntraToken', 'EntraToken.*'], commands: 'restricted' },
    });
    assertSucceeded(run);
    assert.equal(Object.keys(variablesNamed(run, 'EntraToken')).length, 7);
  });

  it('stay unset for a pull request from a fork, where the agent skips the step', async () => {
    const run = await runTask(world, { profile: 'fork' });
    assert.equal(run.step.result, 'Skipped');
    assert.deepEqual([run.step.rawLines, run.requests], [[], []]);
    assert.deepEqual(variablesNamed(run, 'EntraToken'), {});
  });

  for (const order of ['stderr-first', 'arrival'] as const) {
    it(`are masked in time when the agent reads lines in the order ${order}`, async () => {
      const run = await runTask(world, { order, debug: true, inputs: { isOutput: 'true' } });
      assertSucceeded(run);
      assertNoLeak(world, run);
    });
  }

  for (const node of ['20', '24'] as const) {
    for (const profile of [
      'yaml',
      'release',
      'release-without-oidc-uri',
      'visualstudio',
      'deployment',
    ] as const) {
      it(`leak nothing in debug mode, profile ${profile} on Node ${node}`, async () => {
        const run = await runTask(world, {
          node,
          profile,
          debug: true,
          skipDebugLogs: false,
          inputs: { verify: 'true', isOutput: 'true' },
        });
        assertSucceeded(run);
        assertNoLeak(world, run);
        assert.ok(run.step.maskedLog.some((line) => line.startsWith('##[debug]')));
      });
    }
  }

  it('says that the job has a variable of the name already, which may be read-only', async () => {
    const readOnly = [{ name: 'EntraToken', value: 'own', readOnly: true }];
    const { step } = await runTask(world, { variables: readOnly });
    assert.equal(step.result, 'Failed');
    const log = step.maskedLog.join('\n');
    assert.match(log, /The job has a variable EntraToken already, which this step sets anew\./);
    assert.match(log, /Overwriting readonly variable 'EntraToken' is not permitted/);
    assertNoTrace(world.issued.all, [['the log', log]]);
    const plain = await runTask(world, { variables: [{ name: 'EntraToken', value: 'own' }] });
    assert.equal(plain.step.result, 'Succeeded');
    assert.match(plain.step.maskedLog.join('\n'), /which this step sets anew/);
  });

  it('says nothing of the token of an earlier step', async () => {
    const { job } = await runTask(world, {
      followedBy: [
        {
          kind: 'task',
          task: 'EntraToken@1',
          name: 'again',
          inputs: { azureSubscription: 'contoso-azure' },
        },
      ],
    });
    assert.equal(job.result, 'Succeeded');
    assert.doesNotMatch(job.maskedLog.join('\n'), /which this step sets anew/);
  });

  it('come from the service connection that connectionType chooses; the other one is named as ignored', async () => {
    const { step } = await runTask(world, {
      inputs: { azureDevOpsServiceConnection: 'contoso-devops' },
    });
    assert.equal(step.result, 'Succeeded');
    assert.match(
      step.maskedLog.join('\n'),
      /The input azureDevOpsServiceConnection is ignored: connectionType is azureRM, so azureSubscription counts\./,
    );
  });
});
