import { askKeeper } from '../session/adapters/keeper-client.ts';
import { readEnd, readEndpoint } from '../session/adapters/read-session.ts';
import { sessionVariable } from '../session/session-variable.ts';
import { removeSession, waitUntilGone } from './adapters/process.ts';
import { run } from './run.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  // Without the task library, of which this needs nothing else (agent: `NodeHandler.cs`, "VSTS_TASKVARIABLE_").
  const folder = process.env[`VSTS_TASKVARIABLE_${sessionVariable.toUpperCase()}`];
  if (folder === undefined || folder === '') {
    print('The step did not sign in, so there is nothing to end.');
    return;
  }
  try {
    await run({
      readEndpoint: () => readEndpoint(folder),
      readEnd: () => readEnd(folder),
      ask: askKeeper,
      waitUntilGone,
      remove: async () => removeSession(folder),
      now: () => new Date(),
      print,
    });
  } catch (error) {
    // A job is not failed by its own clean-up; the agent wipes the folder and ends the process.
    const { code, name } = error as NodeJS.ErrnoException;
    print(
      `The sign-in could not be cleaned up completely (${code ?? name}); the agent does it at the end of the job.`,
    );
  }
  process.exit(0);
}

void main();
