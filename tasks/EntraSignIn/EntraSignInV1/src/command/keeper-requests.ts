import { parseResource, toResource } from '../../../../common/access-token/resources.ts';
import { remedies } from '../../../../common/errors/remedies.ts';
import { TaskError, type ErrorCode } from '../../../../common/errors/task-error.ts';
import type { TokenAnswer } from '../keeper/session-requests.ts';
import type { AskKeeper, KeeperAnswer } from '../session/ask-keeper.ts';
import { paths, type Endpoint } from '../session/endpoint.ts';
import { explainEnd, type Ended, type Status } from '../session/status.ts';
import type { Order } from './arguments.ts';

/** How the command reaches the keeper of the session that it belongs to. */
export interface KeeperAccess {
  /** The endpoint of the session; undefined where its folder is gone. */
  readonly readEndpoint: () => Endpoint | undefined;
  /** What is left of a session that has ended; undefined where there is nothing. */
  readonly readEnd: () => Ended | undefined;
  readonly ask: AskKeeper;
}

/** An access token, and what it is for. */
export interface Token extends TokenAnswer {
  readonly scope: string;
  readonly resource: string;
  readonly tenantId: string;
}

/** Gets an access token; throws an error of the resource, of Entra or of the session. */
export async function getToken(
  {
    resource,
    minimumLifeMinutes,
  }: Pick<Extract<Order, { kind: 'token' }>, 'resource' | 'minimumLifeMinutes'>,
  keeper: KeeperAccess,
): Promise<Token> {
  const requested = parseResource(resource, '--resource');
  const { cloud, tenantId } = findEndpoint(keeper);
  const { id, scope } = toResource(requested, cloud, '--resource');
  const minimumLifeMs = minimumLifeMinutes === undefined ? undefined : minimumLifeMinutes * 60_000;
  const { body } = await askKeeper('POST', paths.token, { scope, minimumLifeMs }, keeper);
  return { ...(body as unknown as TokenAnswer), scope, resource: id, tenantId };
}

/** How the job has been signed in so far. */
export async function getStatus(keeper: KeeperAccess): Promise<Status> {
  const { body } = await askKeeper('GET', paths.status, undefined, keeper);
  return body as unknown as Status;
}

/** Tells the keeper that the log masks a token. */
export async function announce({ scope, expiresOn }: Token, keeper: KeeperAccess): Promise<void> {
  await askKeeper('POST', paths.announced, { scope, expiresOn }, keeper);
}

function findEndpoint({ readEndpoint, readEnd }: KeeperAccess): Endpoint {
  const endpoint = readEndpoint();
  if (endpoint !== undefined) return endpoint;
  throw toAbsence(readEnd());
}

async function askKeeper(
  method: 'GET' | 'POST',
  path: string,
  body: object | undefined,
  keeper: KeeperAccess,
): Promise<KeeperAnswer> {
  const endpoint = findEndpoint(keeper);
  const answer = await keeper.ask(endpoint, method, path, body);
  if (answer === undefined) throw toAbsence(keeper.readEnd(), true);
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
