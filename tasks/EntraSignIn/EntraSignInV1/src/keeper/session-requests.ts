import { parseJsonObject, textField } from '../../../../common/text/json.ts';
import { badRequest, type Answer, type Request } from './answer.ts';
import type { Tokens } from './tokens.ts';

/** What `entra-token` gets. */
export interface TokenAnswer {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresOn: number;
  /** Whether the job's log masks it already. */
  readonly isAnnounced: boolean;
}

/** An access token for `entra-token`: `{"scope": …, "minimumLifeMs"?: …}`. */
export async function answerToken({ body }: Request, tokens: Tokens): Promise<Answer> {
  const fields = parseJsonObject(body);
  const scope = textField(fields, 'scope');
  const minimumLifeMs = fields?.['minimumLifeMs'];
  if (scope === undefined) throw badRequest('The request names no scope.');
  const token = await tokens.get(
    scope,
    typeof minimumLifeMs === 'number' ? minimumLifeMs : undefined,
  );
  const answer: TokenAnswer = {
    accessToken: token.value,
    expiresOn: token.expiresOn,
    isAnnounced: tokens.isAnnounced(token),
  };
  return { status: 200, body: answer };
}

/** `entra-token` has masked a token in the job's log: `{"scope": …, "expiresOn": …}`. */
export function answerAnnounced({ body }: Request, tokens: Tokens): Answer {
  const fields = parseJsonObject(body);
  const scope = textField(fields, 'scope');
  const expiresOn = fields?.['expiresOn'];
  if (scope === undefined || typeof expiresOn !== 'number') {
    throw badRequest('The request names no access token.');
  }
  tokens.announce(scope, expiresOn);
  return { status: 200, body: {} };
}
