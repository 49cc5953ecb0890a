import assert from 'node:assert/strict';
import { toFailureCommands } from '../../../../tasks/common/agent/failure-commands.ts';
import { assertNode } from '../../../../tasks/common/agent/start-fault.ts';
import { parseCommand } from '../../../local/agent/command.ts';
import { failsWith, thrownBy } from '../../fixtures.ts';

describe('assertNode', () => {
  it('takes 20 and later, and names an older one', () => {
    for (const version of ['20.0.0', '20.20.2', '24.18.1', '100.0.0']) assertNode(version);
    for (const version of ['19.9.0', '16.20.2', '10.24.1', 'none']) {
      failsWith('NODE_TOO_OLD', version)(thrownBy(() => assertNode(version)));
    }
  });
});

describe('toFailureCommands', () => {
  it('is read by the agent as it is meant, whatever stands in the message', () => {
    const message = '100 %\r\nof ##vso[task.complete result=Succeeded;]x %0A;]';
    const [issue, complete, ...others] = toFailureCommands('INTERNAL_ERROR', message)
      .trimEnd()
      .split('\n')
      .map(parseCommand);
    assert.deepEqual(others, []);
    assert.equal(issue?.data, message);
    assert.equal(complete?.data, 'INTERNAL_ERROR');
  });
});
