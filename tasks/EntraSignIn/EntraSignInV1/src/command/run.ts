import { toMasks } from '../../../../common/access-token/masks.ts';
import { parseResource, toResource } from '../../../../common/access-token/resources.ts';
import { remedies } from '../../../../common/errors/remedies.ts';
import { TaskError, toTaskError, type ErrorCode } from '../../../../common/errors/task-error.ts';
import type { TokenAnswer } from '../keeper/session-requests.ts';
import type { AskKeeper, KeeperAnswer } from '../session/ask-keeper.ts';
import { paths, type Endpoint } from '../session/endpoint.ts';
import { toStatusText } from '../session/status-text.ts';
import { explainEnd, type Ended, type Status } from '../session/status.ts';
import { parseArguments, usage, type Order } from './arguments.ts';
import { parseCredentialRequest, toCredential } from './git-credential.ts';
import { toText } from './token-text.ts';

/** The collaborators of the command, as plain functions. */
export interface Collaborators {
  readonly words: readonly string[];
  readonly version: string;
  /** Whether this is a step of a pipeline, whose log has to mask what it shows. */
  readonly isPipeline: boolean;
  /** The endpoint of the session; undefined where its folder is gone. */
  readonly readEndpoint: () => Endpoint | undefined;
  /** What is left of a session that has ended; undefined where there is nothing. */
  readonly readEnd: () => Ended | undefined;
  readonly ask: AskKeeper;
  readonly readStdin: () => Promise<string>;
  readonly print: (text: string) => void;
  /** Resolves when the text has been written. */
  readonly printError: (text: string) => Promise<void>;
}

/** Carries out one call of `entra-token`; returns its exit code. */
export async function run(collaborators: Collaborators): Promise<number> {
  try {
    await carryOut(parseArguments(collaborators.words), collaborators);
    return 0;
  } catch (thrown) {
    const error = toTaskError(thrown);
    const remedy = remedies[error.code];
    await collaborators.printError(
      `entra-token: ${error.message} What to do: ${remedy} (${error.code})\n`.replace(
        / *\n(?=.)/g,
        ' ',
      ),
    );
    return error.code === 'ARGUMENT_INVALID' || error.code.startsWith('RESOURCE_') ? 2 : 1;
  }
}

async function carryOut(order: Order, collaborators: Collaborators): Promise<void> {
  const { print, version, readStdin } = collaborators;
  switch (order.kind) {
    case 'help':
      print(`${usage}\n`);
      return;
    case 'version':
      print(`${version}\n`);
      return;
    case 'status': {
      const { body } = await askKeeper('GET', paths.status, undefined, collaborators);
      print(`${toStatusText(body as unknown as Status, new Date())}\n`);
      return;
    }
    case 'git-credential': {
      // git also says what became of a credential (store, erase); the keeper knows better.
      if (order.operation !== 'get') return;
      const request = parseCredentialRequest(await readStdin());
      // The configuration names the organisations; that none gets a token in the clear is held here.
      if (request.get('protocol') !== 'https') return;
      const { accessToken, expiresOn } = await getToken(
        { resource: 'azureDevOps', minimumLifeMinutes: undefined },
        collaborators,
      );
      print(toCredential(request, accessToken, expiresOn));
      return;
    }
    case 'token': {
      const token = await getToken(order, collaborators);
      if (order.masks && collaborators.isPipeline && !token.isAnnounced) {
        await mask(token, collaborators);
      }
      print(`${toText(order.form, token)}\n`);
    }
  }
}

interface Token extends TokenAnswer {
  readonly scope: string;
  readonly resource: string;
  readonly tenantId: string;
}

async function getToken(
  {
    resource,
    minimumLifeMinutes,
  }: Pick<Extract<Order, { kind: 'token' }>, 'resource' | 'minimumLifeMinutes'>,
  collaborators: Collaborators,
): Promise<Token> {
  const requested = parseResource(resource, '--resource');
  const { cloud, tenantId } = findEndpoint(collaborators);
  const { id, scope } = toResource(requested, cloud, '--resource');
  const minimumLifeMs = minimumLifeMinutes === undefined ? undefined : minimumLifeMinutes * 60_000;
  const { body } = await askKeeper('POST', paths.token, { scope, minimumLifeMs }, collaborators);
  return { ...(body as unknown as TokenAnswer), scope, resource: id, tenantId };
}

/** The agent reads commands on stderr too, so a script can capture stdout and the log never shows the token. */
async function mask(
  { accessToken, scope, expiresOn }: Token,
  collaborators: Collaborators,
): Promise<void> {
  const commands = toMasks(accessToken).map((value) => `##vso[task.setsecret]${value}\n`);
  await collaborators.printError(commands.join(''));
  await askKeeper('POST', paths.announced, { scope, expiresOn }, collaborators);
}

function findEndpoint({ readEndpoint, readEnd }: Collaborators): Endpoint {
  const endpoint = readEndpoint();
  if (endpoint !== undefined) return endpoint;
  throw toAbsence(readEnd());
}

async function askKeeper(
  method: 'GET' | 'POST',
  path: string,
  body: object | undefined,
  collaborators: Collaborators,
): Promise<KeeperAnswer> {
  const endpoint = findEndpoint(collaborators);
  const answer = await collaborators.ask(endpoint, method, path, body);
  if (answer === undefined) throw toAbsence(collaborators.readEnd(), true);
  if (answer.status === 200) return answer;
  const { code, message } = answer.body;
  throw new TaskError(
    typeof code === 'string' && code in remedies ? (code as ErrorCode) : 'INTERNAL_ERROR',
    typeof message === 'string' ? message : `The keeper answered ${answer.status}.`,
  );
}

function toAbsence(ended: Ended | undefined, isSilent = false): TaskError {
  if (ended !== undefined) {
    return new TaskError(
      'SIGN_IN_ENDED',
      `The sign-in of this job ended ${ended.endedOn}, because ${explainEnd(ended.reason)}.`,
    );
  }
  return isSilent
    ? new TaskError(
        'SIGN_IN_ENDED',
        'The background process that kept this job signed in does not answer; it was ended from outside, or runs where this step does not (in a container, or on its host).',
      )
    : new TaskError(
        'NOT_SIGNED_IN',
        'This job is not signed in: there is no session folder of a step EntraSignIn@1.',
      );
}
