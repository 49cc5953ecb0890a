import type { IncomingMessage } from 'node:http';
import { TaskError } from '../../errors/task-error.ts';
import type { HttpAnswer } from '../send-request.ts';

const maximumBytes = 1024 * 1024;

/** Reads an answer to its last byte; throws `RESPONSE_TOO_LARGE` or `RESPONSE_EMPTY`, or Node's error of a connection that breaks. */
export async function readAnswer(incoming: IncomingMessage, host: string): Promise<HttpAnswer> {
  const body = await readBody(incoming, host);
  // A body that breaks off is tried again, and so is one that never began. Refusals need none.
  if (body.trim() === '' && isSuccess(incoming)) throw empty(host, incoming);
  return { status: incoming.statusCode ?? 0, headers: toHeaders(incoming), body };
}

async function readBody(incoming: IncomingMessage, host: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBytes) throw tooLarge(host);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  // Asked for unencoded; gateways compress all the same.
  const isPacked = incoming.headers['content-encoding'] === 'gzip';
  // Takes a byte order mark off, which is no part of the JSON (RFC 8259 section 8.1).
  return new TextDecoder().decode(isPacked ? await unpack(body) : body);
}

async function unpack(body: Buffer): Promise<Buffer> {
  // Loaded when it is needed: hardly ever.
  const { gunzipSync } = await import('node:zlib');
  return gunzipSync(body, { maxOutputLength: maximumBytes });
}

function toHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

const isSuccess = ({ statusCode = 0 }: IncomingMessage): boolean =>
  statusCode >= 200 && statusCode < 300;

function empty(host: string, { statusCode = 0 }: IncomingMessage): TaskError {
  return new TaskError(
    'RESPONSE_EMPTY',
    `${host} answered with HTTP status ${statusCode} and nothing else.`,
  );
}

function tooLarge(host: string): TaskError {
  return new TaskError(
    'RESPONSE_TOO_LARGE',
    `The answer of ${host} is larger than ${maximumBytes / 1024} KiB; a proper one has a few.`,
  );
}
