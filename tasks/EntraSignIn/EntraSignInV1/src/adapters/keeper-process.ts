import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskError } from '../../../../common/errors/task-error.ts';
import { toKeeperEnvironment } from '../keeper-environment.ts';
import { keeperOptions } from '../keeper-options.ts';
import type { Keeper } from '../collaborators.ts';
import { toLine, type KeeperMessage, type StepMessage } from '../session/messages.ts';
import type { Settings } from '../session/settings.ts';

const readyWithinMs = 15_000;
const goneWithinMs = 2_000;

/**
 * Starts the keeper: detached, with pipes of its own and none of the step's. Until `go` it ends as soon as its stdin
 * does, so that a step which is killed leaves nothing.
 */
export function startKeeper(script: string, settings: Settings): Keeper {
  const child = spawn(process.execPath, [...keeperOptions, script], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: toKeeperEnvironment(process.env),
    // Not the sources, which a job may remove, and not the session folder, which Windows then could not.
    cwd: process.execPath.replace(/[^\\/]+$/, ''),
    windowsHide: true,
  });
  const gone = new Promise<unknown>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  for (const pipe of [child.stdin, child.stdout]) pipe.on('error', () => undefined);
  const say = (message: StepMessage): void => void child.stdin.write(toLine(message));
  say({ kind: 'settings', settings });
  return {
    async prove(proof) {
      const reader = createInterface({ input: child.stdout, crlfDelay: Infinity });
      say({ kind: 'proof', proof });
      const limit = new AbortController();
      const answer = await Promise.race([
        once(reader, 'line', { signal: limit.signal }).then(([line]) => String(line)),
        gone.then((how) => new Error(`It ended (${describe(how)}).`)),
        sleep(readyWithinMs, undefined, { signal: limit.signal }).then(
          () => new Error('It did not answer in time.'),
        ),
      ]).finally(() => limit.abort());
      reader.close();
      if (answer instanceof Error) throw notStarted(answer);
      const message = JSON.parse(answer) as KeeperMessage;
      if (message.kind === 'failed') throw new TaskError(message.code, message.message);
      return message;
    },
    go() {
      say({ kind: 'go' });
      child.stdin.end();
      child.stdout.destroy();
      child.unref();
    },
    async dismiss() {
      child.stdin.destroy();
      const isGone = await Promise.race([
        gone.then(() => true),
        // The step must not wait for it once the keeper is gone.
        sleep(goneWithinMs, false, { ref: false }),
      ]);
      if (!isGone) child.kill('SIGKILL');
      child.stdout.destroy();
      child.unref();
    },
  };
}

const describe = (how: unknown): string =>
  how instanceof Error ? ((how as NodeJS.ErrnoException).code ?? how.name) : `exit ${String(how)}`;

function notStarted(cause: Error): TaskError {
  return new TaskError(
    'KEEPER_NOT_STARTED',
    `The background process that keeps the job signed in did not start. ${cause.message}`,
    { cause },
  );
}
