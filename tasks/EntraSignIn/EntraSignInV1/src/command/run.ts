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
import { answerCargo, hello } from './cargo-credential.ts';
import { isInFeeds } from './feeds.ts';
import { parseCredentialRequest, toCredential } from './git-credential.ts';
import { parseKeyringQuestion, toKeyringAnswer } from './keyring.ts';
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
  /** Each line of stdin, as it comes. */
  readonly readLines: () => AsyncIterable<string>;
  /** Runs the program of this name that is further on the path: its exit code, undefined where there is none. */
  readonly runNext: (name: string, words: readonly string[]) => Promise<number | undefined>;
  readonly print: (text: string) => void;
  /** Resolves when the text has been written. */
  readonly printError: (text: string) => Promise<void>;
}

/** Carries out one call of `entra-token`; returns its exit code. */
export async function run(collaborators: Collaborators): Promise<number> {
  try {
    return await carryOut(parseArguments(collaborators.words), collaborators);
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

async function carryOut(order: Order, collaborators: Collaborators): Promise<number> {
  const { print, version, readStdin } = collaborators;
  switch (order.kind) {
    case 'help':
      print(`${usage}\n`);
      return 0;
    case 'version':
      print(`${version}\n`);
      return 0;
    case 'status': {
      const { body } = await askKeeper('GET', paths.status, undefined, collaborators);
      print(`${toStatusText(body as unknown as Status, new Date())}\n`);
      return 0;
    }
    case 'git-credential': {
      // git also says what became of a credential (store, erase); the keeper knows better.
      if (order.operation !== 'get') return 0;
      const request = parseCredentialRequest(await readStdin());
      // The configuration names the organisations; that none gets a token in the clear is held here.
      if (request.get('protocol') !== 'https') return 0;
      const { accessToken, expiresOn } = await getToken(forAzureDevOps, collaborators);
      print(toCredential(request, accessToken, expiresOn));
      return 0;
    }
    case 'keyring': {
      const question = parseKeyringQuestion(order.words);
      if (question === undefined || !isInFeeds(question.service, order.feeds)) {
        // As keyring says that it knows none.
        return (await collaborators.runNext('keyring', order.words)) ?? 1;
      }
      const { accessToken } = await getToken(forAzureDevOps, collaborators);
      print(`${toKeyringAnswer(question, accessToken)}\n`);
      return 0;
    }
    case 'cargo-credential': {
      print(`${JSON.stringify(hello)}\n`);
      for await (const line of collaborators.readLines()) {
        const answer = await answerCargo(line, order.feeds, async () =>
          getToken(forAzureDevOps, collaborators),
        );
        print(`${JSON.stringify(answer)}\n`);
      }
      return 0;
    }
    case 'token':
      break;
  }
  const token = await getToken(order, collaborators);
  if (order.masks && collaborators.isPipeline && !token.isAnnounced) {
    await mask(token, collaborators);
  }
  print(`${toText(order.form, token)}\n`);
  return 0;
}

const forAzureDevOps = { resource: 'azureDevOps', minimumLifeMinutes: undefined };

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
