import assert from 'node:assert/strict';
import { toDocumentation, toLogMessage } from '../../../../tasks/common/errors/log-message.ts';
import { TaskError, toTaskError } from '../../../../tasks/common/errors/task-error.ts';

describe('TaskError', () => {
  it('carries its code, message, cause and how long to wait', () => {
    const cause = new Error('x');
    const error = new TaskError('ENTRA_THROTTLED', 'Too many.', { cause, retryAfterMs: 5 });
    assert.deepEqual(
      [error.name, error.code, error.message, error.cause, error.retryAfterMs],
      ['TaskError', 'ENTRA_THROTTLED', 'Too many.', cause, 5],
    );
    assert.ok(error instanceof Error);
  });
});

describe('toTaskError', () => {
  it('passes one of ours on', () => {
    const error = new TaskError('INTERNAL_ERROR', 'x');
    assert.equal(toTaskError(error), error);
  });

  it('tells only the kind of any other', () => {
    for (const [thrown, kind] of [
      [new RangeError('a secret'), 'RangeError'],
      ['a secret', 'string'],
      [undefined, 'undefined'],
      [{ message: 'a secret' }, 'object'],
    ] as const) {
      const error = toTaskError(thrown);
      assert.equal(error.code, 'INTERNAL_ERROR');
      assert.ok(error.message.includes(kind));
      assert.doesNotMatch(error.message, /secret/);
      assert.equal(error.cause, thrown);
    }
  });
});

describe('toLogMessage', () => {
  it('says what happened, what to do, the code and where to read on', () => {
    const [what, remedy, code, ...more] = toLogMessage(
      new TaskError('BOOLEAN_INVALID', 'It is "x".'),
    ).split('\n');
    assert.equal(what, 'It is "x".');
    assert.equal(remedy, 'What to do: Write true or false.');
    assert.equal(code, `BOOLEAN_INVALID: ${toDocumentation('BOOLEAN_INVALID')}`);
    assert.deepEqual(more, []);
  });
});

describe('toDocumentation', () => {
  it('links to the heading of the code', () => {
    assert.match(
      toDocumentation('PROXY_INVALID'),
      /^https:\/\/.+\/docs\/troubleshooting\.md#proxy_invalid$/,
    );
  });
});
