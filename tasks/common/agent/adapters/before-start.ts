import { writeSync } from 'node:fs';
import { toLogMessage } from '../../errors/log-message.ts';
import { toTaskError } from '../../errors/task-error.ts';
import { toFailureCommands } from '../failure-commands.ts';
import { assertNode } from '../start-fault.ts';

// Imported first by the entry point of each step: what is imported after it may not load at all.

// Without the task library, which may be what does not load.
process.once('uncaughtException', (thrown) => {
  const error = toTaskError(thrown);
  // At once: what stands in a buffer is lost at the end of a process on Windows.
  writeSync(1, toFailureCommands(error.code, toLogMessage(error)));
  process.exit(0);
});
assertNode(process.versions.node);
