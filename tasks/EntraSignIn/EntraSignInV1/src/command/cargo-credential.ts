import { parseJsonObject, textField } from '../../../../common/text/json.ts';
import { isInFeeds } from './feeds.ts';

/** What a credential provider says first: the versions that it speaks. */
export const hello = { v: [1] };

/** An access token and its end, in milliseconds since 1970. */
interface Token {
  readonly accessToken: string;
  readonly expiresOn: number;
}

/**
 * The answer to one question of cargo's (doc.rust-lang.org/cargo/reference/credential-provider-protocol.html). What is
 * no `get` for one of the feeds is left to the next provider. Never rejects: cargo shows the message of an error.
 */
export async function answerCargo(
  line: string,
  feeds: readonly string[],
  getToken: () => Promise<Token>,
): Promise<object> {
  const question = parseJsonObject(line);
  const registry = question?.['registry'];
  const index = textField(registry as Record<string, unknown> | undefined, 'index-url') ?? '';
  if (!isInFeeds(index.replace(/^sparse\+/, ''), feeds)) {
    return { Err: { kind: 'url-not-supported' } };
  }
  if (question?.['kind'] !== 'get') return { Err: { kind: 'operation-not-supported' } };
  try {
    const { accessToken, expiresOn } = await getToken();
    return {
      Ok: {
        kind: 'get',
        token: `Bearer ${accessToken}`,
        cache: 'expires',
        expiration: Math.floor(expiresOn / 1000),
        operation_independent: true,
      },
    };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : 'unknown';
    return { Err: { kind: 'other', message, 'caused-by': [] } };
  }
}
