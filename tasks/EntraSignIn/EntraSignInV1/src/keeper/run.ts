import { toTaskError } from '../../../../common/errors/task-error.ts';
import type { Endpoint } from '../session/endpoint.ts';
import { files } from '../session/files.ts';
import type { Settings } from '../session/settings.ts';
import type { EndReason, Ended } from '../session/status.ts';
import type { Collaborators, SessionFolder } from './collaborators.ts';
import { answerRequest } from './route.ts';
import { createSignIn, type SignIn } from './sign-in.ts';

const longestSignInMs = 24 * 60 * 60 * 1000;
const folderCheckMs = 1_000;

/**
 * The life of the keeper: from the settings that the step sends to the end of the sign-in. Whatever happens before
 * the step says `go` leaves nothing behind.
 */
export async function run(collaborators: Collaborators): Promise<void> {
  const { step, openFolder } = collaborators;
  const settings = (await step.next('settings'))?.settings;
  if (settings === undefined) return;
  const folder = openFolder(settings.folder);
  let ended: Ended | undefined;
  try {
    ended = await live(settings, folder, collaborators);
  } finally {
    if (ended === undefined) await folder.removeAll();
    else {
      if (ended.reason !== 'told' && ended.reason !== 'folder-gone') await folder.leaveWord(ended);
      await folder.remove();
    }
  }
}

async function live(
  settings: Settings,
  folder: SessionFolder,
  collaborators: Collaborators,
): Promise<Ended | undefined> {
  const { step, connect, createKey, listen, now, pid, ending } = collaborators;
  const { cloud, tenantId } = settings.identity;
  const services = connect(settings);
  const key = createKey();
  let signIn: SignIn | undefined;
  // While the step makes its requests: what listens is 7 ms of loading. Nobody has the key yet.
  const opening = listen(key, async (request) => answerRequest(request, signIn?.routes ?? {}));
  // What fails is told in answer to the proof.
  opening.catch(() => undefined);
  try {
    const proof = (await step.next('proof'))?.proof;
    if (proof === undefined || ending.aborted) return undefined;
    const startedAt = now().getTime();
    signIn = createSignIn({ settings, proof, services, folder }, collaborators);
    try {
      const { port } = await opening;
      const endpoint: Endpoint = { port, key, pid, cloud, tenantId };
      await folder.write(files.assertion, proof.assertion);
      await folder.write(files.endpoint, JSON.stringify(endpoint));
      await signIn.writeStatus();
      step.say({ kind: 'ready', port, key });
    } catch (thrown) {
      const { code, message } = toTaskError(thrown);
      step.say({ kind: 'failed', code, message });
      return undefined;
    }
    if ((await step.next('go')) === undefined) return undefined;
    step.close();
    return await keep(signIn, startedAt, folder, collaborators);
  } finally {
    await opening.then(
      async (loopback) => loopback.close(),
      () => undefined,
    );
  }
}

/** Keeps a sign-in until something ends it. */
async function keep(
  { assertions, toStatus }: SignIn,
  startedAt: number,
  folder: SessionFolder,
  collaborators: Collaborators,
): Promise<Ended> {
  const { end, ending, now, sleep } = collaborators;
  await Promise.race([
    assertions.keepRenewed(ending).then(() => end('job-token-refused')),
    watchFolder(folder, collaborators),
    sleep(Math.max(0, startedAt + longestSignInMs - now().getTime())).then(() => end('day-over')),
  ]);
  return {
    reason: ending.reason as EndReason,
    endedOn: now().toISOString(),
    status: toStatus(),
  };
}

async function watchFolder(
  folder: SessionFolder,
  { ending, end, sleep }: Pick<Collaborators, 'ending' | 'end' | 'sleep'>,
): Promise<void> {
  while (!ending.aborted) {
    if (!folder.exists()) end('folder-gone');
    else await sleep(folderCheckMs);
  }
}
