import { Agent, request } from 'node:http';
import { parseJsonObject } from '../../../../../common/text/json.ts';
import type { AskKeeper } from '../ask-keeper.ts';
import { toAddress } from '../endpoint.ts';

// An exchange is retried for a minute at most.
const timeoutMs = 90_000;
// Two questions of one call share a connection.
const agent = new Agent({ keepAlive: true });

/** Asks the keeper; undefined where nobody listens. */
export const askKeeper: AskKeeper = async ({ port, key }, method, path, body) => {
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve) => {
    const outgoing = request(
      toAddress(port, path),
      {
        method,
        agent,
        timeout: timeoutMs,
        headers: { Authorization: `Bearer ${key}`, 'Content-Length': Buffer.byteLength(text) },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', () => resolve(undefined));
        incoming.on('end', () => {
          const answer = parseJsonObject(Buffer.concat(chunks).toString('utf8'));
          resolve(answer && { status: incoming.statusCode ?? 0, body: answer });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
    outgoing.end(text);
  });
};
