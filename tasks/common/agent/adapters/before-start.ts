import { writeSync } from 'node:fs';
import { toLogMessage } from '../../errors/log-message.ts';
import type { TaskError } from '../../errors/task-error.ts';
import { toFailureCommands } from '../failure-commands.ts';
import { assertNode, toLoadError } from '../start-fault.ts';

// Imported first by the entry point of each step: what is imported after it may not load at all.

/** Ends the step without the task library, which may be what does not load. */
function end(error: TaskError): void {
  // At once: what stands in a buffer is lost at the end of a process on Windows.
  writeSync(1, toFailureCommands(error.code, toLogMessage(error)));
  process.exit(0);
}

process.once('uncaughtException', (thrown) => {
  end(toLoadError(thrown, process.env['AGENT_TEMPDIRECTORY']));
});
assertNode(process.versions.node);
