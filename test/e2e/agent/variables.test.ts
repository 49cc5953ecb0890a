import assert from 'node:assert/strict';
import { print, runTask, script, useSampleTasks } from './sample-task.ts';

describe('what a step of the local agent may set', function () {
  this.timeout(20_000);
  useSampleTasks();

  describe('task.setvariable', () => {
    it('hands a secret to later steps, to scripts through env: only', async () => {
      const { job, log } = await runTask(
        print('##vso[task.setvariable variable=Tok.en;issecret=true]v%AZP25a%3Bl'),
        {
          after: [
            script(
              '[ "$MAPPED" = "v%a;l" ] && [ -z "$SECRET_TOK_EN$TOK_EN" ] && echo "is $MAPPED"',
              {
                MAPPED: '$(tok.EN)',
              },
            ),
          ],
        },
      );
      assert.deepEqual(job.variables.get('Tok.en'), {
        value: 'v%a;l',
        secret: true,
        readOnly: false,
      });
      assert.equal(job.result, 'Succeeded');
      assert.match(log, /^is \*\*\*$/m);
    });

    it('sets an output under the step’s name alone', async () => {
      const { job, step } = await runTask(
        print(
          '##vso[task.setvariable variable=a;isoutput=true;issecret=true]1st',
          '##vso[task.setvariable variable=b]2nd',
        ),
        {
          manifest: { outputVariables: [{ name: 'B' }] },
          after: [script('echo "got $(sample.a) $(sample.b) $(a)"')],
        },
      );
      assert.deepEqual(step.outputVariables.get('a'), { value: '1st', secret: true });
      assert.deepEqual(job.outputVariables.get('sample.b'), { value: '2nd', secret: false });
      assert.equal(job.variables.has('a'), false);
      assert.deepEqual(job.variables.get('sample.a'), {
        value: '1st',
        secret: true,
        readOnly: true,
      });
      assert.equal(job.variables.get('sample.b')?.readOnly, false);
      assert.match(job.steps[1]?.maskedLog.join('\n') ?? '', /^got \*\*\* 2nd /m);
    });

    for (const [what, line] of [
      [
        'a read-only variable',
        '##vso[task.setvariable variable=System.AccessToken;issecret=true]tok',
      ],
      ['several lines', '##vso[task.setvariable variable=x;issecret=true]tok%0D%0Aen'],
      ['no name', '##vso[task.setvariable issecret=true]tok'],
    ] as const) {
      it(`fails for ${what} and shows the command`, async () => {
        const { step, log } = await runTask(print(line));
        assert.equal(step.result, 'Failed');
        assert.deepEqual(step.badCommands, [line]);
        assert.ok(log.includes(`##[error]Unable to process command '${line}' successfully.`));
      });
    }

    it('only warns of a read-only variable where the server does not enforce it', async () => {
      const { step, job } = await runTask(
        print('##vso[task.setvariable variable=System.Culture]de-DE'),
        { withoutVariables: ['agent.readOnlyVariables'] },
      );
      assert.equal(step.result, 'Succeeded');
      assert.equal(step.issues.warnings.length, 1);
      assert.equal(job.variables.get('system.culture')?.value, 'de-DE');
    });
  });

  describe('restrictions', () => {
    const program = print(
      '##vso[task.uploadfile]/nowhere',
      '##vso[task.setvariable variable=allowed]1',
      '##vso[task.setvariable variable=other;issecret=true]s3cr3t',
      'then s3cr3t',
    );

    for (const [what, sample] of [
      ['the step', { step: { target: { commands: 'restricted', settableVariables: ['allow*'] } } }],
      [
        'the task',
        {
          manifest: {
            restrictions: {
              commands: { mode: 'restricted' },
              settableVariables: { allowed: ['allowed'] },
            },
          },
        },
      ],
    ] as const) {
      it(`of ${what} swallow commands and variables without failing`, async () => {
        const { step, job, log } = await runTask(program, sample);
        assert.deepEqual(step.denied, ['task.uploadfile', 'variable other']);
        assert.equal(step.result, 'Succeeded');
        assert.equal(step.issues.warnings.length, 2);
        assert.equal(job.variables.get('allowed')?.value, '1');
        assert.equal(job.variables.has('other'), false);
        // Registered before it was refused.
        assert.match(log, /^then \*\*\*$/m);
      });
    }
  });
});
