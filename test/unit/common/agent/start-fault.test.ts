import assert from 'node:assert/strict';
import { toFailureCommands } from '../../../../tasks/common/agent/failure-commands.ts';
import { assertNode, toLoadError } from '../../../../tasks/common/agent/start-fault.ts';
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

describe('toLoadError', () => {
  const refused = Object.assign(new Error("EACCES: open '/temp/.taskkey'"), {
    code: 'EACCES',
    path: '/temp/.taskkey',
  });

  it('knows the key file of the task library', () => {
    failsWith('AGENT_FOLDER_UNWRITABLE', '"/temp"', 'EACCES')(toLoadError(refused, '/temp'));
    failsWith('AGENT_FOLDER_UNWRITABLE', 'does not have')(toLoadError(refused, undefined));
  });

  it('keeps any other error to itself', () => {
    for (const thrown of [
      new Error('s3cret'),
      Object.assign(refused, { path: '/x' }),
      's3cret',
      null,
    ]) {
      const error = toLoadError(thrown, '/temp');
      assert.equal(error.code, 'INTERNAL_ERROR');
      assert.ok(!error.message.includes('s3cret'));
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
