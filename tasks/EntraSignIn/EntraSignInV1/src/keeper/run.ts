import { toTaskError } from '../../../../common/errors/task-error.ts';
import { paths, type Endpoint } from '../session/endpoint.ts';
import { files } from '../session/files.ts';
import type { Settings } from '../session/settings.ts';
import { createJournal, type EndReason, type Ended } from '../session/status.ts';
import { createAssertions } from './assertions.ts';
import type { Collaborators, Loopback, SessionFolder } from './collaborators.ts';
import { answerManagedIdentity } from './managed-identity.ts';
import { answerOidcRequest } from './oidc-request.ts';
import { answerRequest, type Routes } from './route.ts';
import { answerAnnounced, answerToken } from './session-requests.ts';
import { createTokens } from './tokens.ts';

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
    ended = await signIn(settings, folder, collaborators);
  } finally {
    if (ended === undefined) await folder.removeAll();
    else {
      if (ended.reason !== 'told' && ended.reason !== 'folder-gone') await folder.leaveWord(ended);
      await folder.remove();
    }
  }
}

async function signIn(
  settings: Settings,
  folder: SessionFolder,
  collaborators: Collaborators,
): Promise<Ended | undefined> {
  const { step, connect, createKey, listen, retryWithin, now, random, sleep, pid } = collaborators;
  const { end, ending } = collaborators;
  const { identity, connectionId } = settings;
  const services = connect(settings);
  const proof = (await step.next('proof'))?.proof;
  if (proof === undefined || ending.aborted) return undefined;
  const startedAt = now().getTime();
  const journal = createJournal(identity, now);
  const assertions = createAssertions({
    first: proof.assertion,
    request: services.requestAssertion,
    write: async (assertion) => folder.write(files.assertion, assertion),
    journal,
    onChange: () => void writeStatus(),
    now,
    sleep,
    random,
  });
  const tokens = createTokens({
    first: proof.token,
    exchange: async (scope) =>
      retryWithin()('The exchange for an access token', async () =>
        services.exchangeToken(assertions.current(), scope),
      ),
    journal,
    onChange: () => void writeStatus(),
    now,
  });
  journal.tokenCame();
  const toStatus = () => journal.toStatus(tokens.list());
  // What cannot be written is counted with the next assertion, which goes to the same folder.
  const writeStatus = async (): Promise<void> =>
    folder.write(files.status, JSON.stringify(toStatus(), undefined, 2)).catch(() => undefined);

  const routes: Routes = {
    [paths.managedIdentity]: {
      methods: ['GET'],
      answer: async (request) => answerManagedIdentity(request, identity, tokens),
    },
    [paths.oidc]: {
      methods: ['GET', 'POST'],
      answer: (request) => answerOidcRequest(request, connectionId, assertions),
    },
    [paths.token]: { methods: ['POST'], answer: async (request) => answerToken(request, tokens) },
    [paths.announced]: {
      methods: ['POST'],
      answer: (request) => answerAnnounced(request, tokens),
    },
    [paths.status]: { methods: ['GET'], answer: () => ({ status: 200, body: toStatus() }) },
    [paths.end]: {
      methods: ['POST'],
      answer: () => {
        end('told');
        return { status: 200, body: toStatus() };
      },
    },
  };
  const key = createKey();
  let loopback: Loopback | undefined;
  try {
    try {
      loopback = await listen(key, async (request) => answerRequest(request, routes));
      const { port } = loopback;
      const endpoint: Endpoint = {
        port,
        key,
        pid,
        cloud: identity.cloud,
        tenantId: identity.tenantId,
      };
      await folder.write(files.assertion, proof.assertion);
      await folder.write(files.endpoint, JSON.stringify(endpoint));
      await writeStatus();
      step.say({ kind: 'ready', port, key });
    } catch (thrown) {
      const { code, message } = toTaskError(thrown);
      step.say({ kind: 'failed', code, message });
      return undefined;
    }
    if ((await step.next('go')) === undefined) return undefined;
    step.close();
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
  } finally {
    await loopback?.close();
  }
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
