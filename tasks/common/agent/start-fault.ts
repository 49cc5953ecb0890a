import { TaskError } from '../errors/task-error.ts';
import { neutralise } from '../text/text.ts';

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
