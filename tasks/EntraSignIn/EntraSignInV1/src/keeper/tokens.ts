import type { AccessToken } from '../../../../common/access-token/access-token.ts';
import { TaskError, toTaskError } from '../../../../common/errors/task-error.ts';
import type { HeldToken } from '../session/messages.ts';
import type { Journal, Status } from '../session/status.ts';
import { toReserveMs } from './life.ts';

/** The access tokens of a sign-in. */
export interface Tokens {
  /** One for a scope that lives at least so long; by the keeper's own rule where nothing is asked. */
  readonly get: (scope: string, minimumLifeMs?: number) => Promise<HeldToken>;
  /** Whether a token has been masked in the job's log. */
  readonly isAnnounced: (token: HeldToken) => boolean;
  /** Notes that the token which is held for a scope with this end has been masked. */
  readonly announce: (scope: string, expiresOn: number) => void;
  /** Those that are held, for the status. */
  readonly list: () => Status['tokens']['held'];
}

/** What it takes to get access tokens. */
export interface TokenSource {
  /** The one that the step got, which it has masked. */
  readonly first: HeldToken;
  /** Exchanges the newest assertion for a token, with the step's retries. */
  readonly exchange: (scope: string) => Promise<AccessToken>;
  readonly journal: Journal;
  readonly onChange: () => void;
  readonly now: () => Date;
}

/** So many resources at once; a pipeline needs a handful, and memory is the job's. */
const mostResources = 100;

/** Holds an access token for each resource that was asked for, and gets the next one in time. */
export function createTokens({ first, exchange, journal, onChange, now }: TokenSource): Tokens {
  const held = new Map<string, HeldToken>([[first.scope, first]]);
  const announced = new WeakSet<HeldToken>([first]);
  const underWay = new Map<string, Promise<HeldToken>>();

  const leftMs = ({ expiresOn }: HeldToken): number => expiresOn - now().getTime();

  async function renew(scope: string): Promise<HeldToken> {
    try {
      const { value, expiresOn } = await exchange(scope);
      const obtainedOn = now().getTime();
      const token = { value, scope, obtainedOn, expiresOn: expiresOn.getTime() };
      // The one that was asked for first goes first.
      const [oldest] = held.keys();
      if (held.size >= mostResources && oldest !== undefined) held.delete(oldest);
      held.set(scope, token);
      journal.tokenCame();
      return token;
    } catch (thrown) {
      journal.tokenFailed(toTaskError(thrown).code);
      throw thrown;
    } finally {
      underWay.delete(scope);
      onChange();
    }
  }

  async function renewOnce(scope: string): Promise<HeldToken> {
    const running = underWay.get(scope) ?? renew(scope);
    underWay.set(scope, running);
    return running;
  }

  return {
    async get(scope, minimumLifeMs) {
      const token = held.get(scope);
      if (token !== undefined) {
        const needed = minimumLifeMs ?? toReserveMs(token.expiresOn - token.obtainedOn);
        if (leftMs(token) > needed) return token;
      }
      const fresh = await renewOnce(scope);
      if (minimumLifeMs === undefined || leftMs(fresh) >= minimumLifeMs) return fresh;
      throw new TaskError(
        'TOKEN_LIFE_TOO_SHORT',
        `A new access token for ${scope} lives ${toMinutes(leftMs(fresh))}, and ${toMinutes(minimumLifeMs)} were asked for.`,
      );
    },
    isAnnounced: (token) => announced.has(token),
    announce(scope, expiresOn) {
      const token = held.get(scope);
      if (token?.expiresOn === expiresOn) announced.add(token);
    },
    list: () =>
      [...held.values()].map(({ scope, expiresOn }) => ({
        resource: scope.slice(0, -'/.default'.length),
        expiresOn: new Date(expiresOn).toISOString(),
      })),
  };
}

const toMinutes = (ms: number): string => `${Math.floor(ms / 60_000)} minutes`;
