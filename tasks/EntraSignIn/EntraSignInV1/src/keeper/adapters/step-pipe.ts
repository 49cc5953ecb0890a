import { createInterface } from 'node:readline';
import { toLine, type StepMessage } from '../../session/messages.ts';
import type { StepPipe } from '../collaborators.ts';

/** Opens stdin and stdout as pipes to the step. */
export function openStepPipe(): StepPipe {
  const reader = createInterface({ input: process.stdin, crlfDelay: Infinity });
  const lines = reader[Symbol.asyncIterator]();
  for (const stream of [process.stdin, process.stdout]) stream.on('error', () => undefined);
  return {
    async next(kind) {
      const { value, done } = await lines.next();
      if (done === true) return undefined;
      try {
        const message = JSON.parse(value) as StepMessage;
        return message.kind === kind
          ? (message as Extract<StepMessage, { kind: typeof kind }>)
          : undefined;
      } catch {
        return undefined;
      }
    },
    say: (message) => void process.stdout.write(toLine(message)),
    close() {
      reader.close();
      process.stdin.destroy();
    },
  };
}
