import { toMasks } from '../../../../common/access-token/masks.ts';
import { remedies } from '../../../../common/errors/remedies.ts';
import { toTaskError } from '../../../../common/errors/task-error.ts';
import { toStatusText } from '../session/status-text.ts';
import { parseArguments, usage, type Order } from './arguments.ts';
import { answerCargo, hello } from './cargo-credential.ts';
import { isInFeeds } from './feeds.ts';
import { parseCredentialRequest, toCredential } from './git-credential.ts';
import { announce, getStatus, getToken, type KeeperAccess, type Token } from './keeper-requests.ts';
import { parseKeyringQuestion, toKeyringAnswer } from './keyring.ts';
import { toText } from './token-text.ts';

/** The collaborators of the command, as plain functions. */
export interface Collaborators extends KeeperAccess {
  readonly words: readonly string[];
  readonly version: string;
  /** Whether this is a step of a pipeline, whose log has to mask what it shows. */
  readonly isPipeline: boolean;
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
    case 'status':
      print(`${toStatusText(await getStatus(collaborators), new Date())}\n`);
      return 0;
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

/** The agent reads commands on stderr too, so a script can capture stdout and the log never shows the token. */
async function mask(token: Token, collaborators: Collaborators): Promise<void> {
  const commands = toMasks(token.accessToken).map((value) => `##vso[task.setsecret]${value}\n`);
  await collaborators.printError(commands.join(''));
  await announce(token, collaborators);
}
