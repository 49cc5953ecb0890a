import { TaskError, toTaskError } from '../errors/task-error.ts';
import { neutralise, quote } from '../text/text.ts';

/** The oldest Node.js that the code is written and bundled for. */
const oldestNode = 20;

/** Throws `NODE_TOO_OLD`. Where an agent has no other, it falls back to the Node.js 16 that it ships. */
export function assertNode(version: string): void {
  const [major = ''] = version.split('.');
  if (Number(major) >= oldestNode) return;
  throw new TaskError(
    'NODE_TOO_OLD',
    `The agent runs this step on Node.js ${neutralise(version)}; it needs ${oldestNode} or later.`,
  );
}

/**
 * Why the code of a step could not be loaded. The task library writes a key beside the agent's temporary files while it
 * loads (its `vault.js`); the text of the system's error names only that file.
 */
export function toLoadError(thrown: unknown, temporaryFolder: string | undefined): TaskError {
  const { code, path } = (thrown ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof path !== 'string' || !path.endsWith('.taskkey')) {
    return toTaskError(thrown);
  }
  return new TaskError(
    'AGENT_FOLDER_UNWRITABLE',
    `The step cannot write in ${
      temporaryFolder === undefined
        ? 'the working folder, which takes the place of Agent.TempDirectory, a variable that this job does not have'
        : `the agent's temporary folder ${quote(temporaryFolder)} (Agent.TempDirectory)`
    }: ${neutralise(code)}.`,
    { cause: thrown },
  );
}
