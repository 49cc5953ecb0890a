import type { Proof } from '../session/messages.ts';
import { paths } from '../session/endpoint.ts';
import { files } from '../session/files.ts';
import type { Settings } from '../session/settings.ts';
import { createJournal, type Status } from '../session/status.ts';
import { createAssertions, type Assertions } from './assertions.ts';
import type { Collaborators, Services, SessionFolder } from './collaborators.ts';
import { answerManagedIdentity } from './managed-identity.ts';
import { answerOidcRequest } from './oidc-request.ts';
import type { Routes } from './route.ts';
import { answerAnnounced, answerToken } from './session-requests.ts';
import { createTokens } from './tokens.ts';

/** A sign-in that is alive: what it holds, and what it answers. */
export interface SignIn {
  readonly assertions: Assertions;
  readonly routes: Routes;
  readonly toStatus: () => Status;
  /** Never rejects: what cannot be written is counted with the next assertion, which goes to the same folder. */
  readonly writeStatus: () => Promise<void>;
}

/** What a sign-in is made of. */
export interface SignInParts {
  readonly settings: Settings;
  readonly proof: Proof;
  readonly services: Services;
  readonly folder: SessionFolder;
}

/** Begins a sign-in with what the step got. */
export function createSignIn(
  { settings: { identity, connectionId }, proof, services, folder }: SignInParts,
  { now, sleep, random, retryWithin, end }: Collaborators,
): SignIn {
  const journal = createJournal(identity, now);
  const toStatus = () => journal.toStatus(tokens.list());
  const writeStatus = async (): Promise<void> =>
    folder.write(files.status, JSON.stringify(toStatus(), undefined, 2)).catch(() => undefined);
  const onChange = (): void => void writeStatus();
  const assertions = createAssertions({
    first: proof.assertion,
    request: services.requestAssertion,
    write: async (assertion) => folder.write(files.assertion, assertion),
    journal,
    onChange,
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
    onChange,
    now,
  });
  journal.tokenCame();
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
  return { assertions, routes, toStatus, writeStatus };
}
