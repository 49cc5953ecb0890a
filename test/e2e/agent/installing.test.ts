import assert from 'node:assert/strict';
import { runTask, useSampleTasks } from './sample-task.ts';

describe('what the local agent refuses', function () {
  this.timeout(20_000);
  useSampleTasks();

  it('refuses at queue time what the service refuses', async () => {
    await assert.rejects(runTask('', { step: { inputs: { typo: 'x' } } }), {
      name: 'QueueError',
      message: /Job Job: Step sample has an input 'typo'/,
    });
  });

  for (const [what, manifest, expected] of [
    [
      'without a handler',
      { execution: { Node16: { target: 'main.cjs' } } },
      /none of the handlers/,
    ],
    ['without its target', { execution: { Node24: { target: 'x.cjs' } } }, /target 'x.cjs'/],
    ['with a long name', { friendlyName: 'x'.repeat(41) }, /longer than 40/],
    ['without a GUID', { id: 'x' }, /no GUID/],
  ] as const) {
    it(`does not install a task ${what}`, async () => {
      await assert.rejects(runTask('', { manifest }), expected);
    });
  }
});
