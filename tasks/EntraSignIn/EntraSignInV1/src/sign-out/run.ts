import type { AskKeeper } from '../session/ask-keeper.ts';
import { paths, type Endpoint } from '../session/endpoint.ts';
import { toDuration } from '../session/status-text.ts';
import { explainEnd, type Ended, type Status } from '../session/status.ts';

/** The collaborators of the post-job step, as plain functions. */
export interface Collaborators {
  readonly readEndpoint: () => Endpoint | undefined;
  readonly readEnd: () => Ended | undefined;
  readonly ask: AskKeeper;
  /** Waits until a process is gone, and ends it if it stays. */
  readonly waitUntilGone: (pid: number) => Promise<void>;
  /** Removes everything that the sign-in left. */
  readonly remove: () => Promise<void>;
  readonly now: () => Date;
  readonly print: (line: string) => void;
}

/** Ends a sign-in and says in one line how it went. It never fails a job. */
export async function run(collaborators: Collaborators): Promise<void> {
  const { readEndpoint, readEnd, ask, waitUntilGone, remove, now, print } = collaborators;
  const endpoint = readEndpoint();
  const ended = readEnd();
  try {
    const answer = endpoint && (await ask(endpoint, 'POST', paths.end));
    if (endpoint !== undefined && answer !== undefined) await waitUntilGone(endpoint.pid);
    if (answer?.status === 200) {
      print(`Signed out. ${toSummary(answer.body as unknown as Status, now())}`);
    } else if (ended !== undefined) {
      print(
        `The sign-in had ended ${ended.endedOn}, because ${explainEnd(ended.reason)}. ${toSummary(ended.status, new Date(ended.endedOn))}`,
      );
    } else {
      print('The background process of the sign-in was gone already; its files are removed.');
    }
  } finally {
    await remove();
  }
}

function toSummary({ startedOn, assertions, tokens }: Status, end: Date): string {
  const failures = assertions.failed + tokens.failed;
  return (
    `The job stayed signed in for ${toDuration(end.getTime() - Date.parse(startedOn))}: ` +
    `${count(assertions.succeeded, 'assertion')}, ${count(tokens.succeeded, 'access token')}, ${count(failures, 'failure')}.`
  );
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`;
