import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Fault } from './faults.ts';
import { jsonAnswer, type ServiceAnswer } from './service-request.ts';

/** What sending an answer, whole or spoiled, needs. */
export interface Sending {
  readonly response: ServerResponse;
  /** The TCP connection below TLS, which alone can be reset. */
  readonly connection: Socket | undefined;
  /** Runs the real handler. */
  readonly answer: () => Promise<ServiceAnswer>;
  /** Ends all waiting when the server closes. */
  readonly signal: AbortSignal;
}

const tenMebibytes = 10 * 1024 * 1024;

/** Sends the real answer or, with a fault, what the fault makes of it. */
export async function sendAnswer(fault: Fault | undefined, sending: Sending): Promise<void> {
  const { response, answer } = sending;
  switch (fault?.kind) {
    case undefined:
      write(response, await answer());
      return;
    case 'reset':
      if (sending.connection) sending.connection.resetAndDestroy();
      else response.destroy();
      return;
    case 'close':
      response.destroy();
      return;
    case 'hang':
      return;
    case 'delay':
      await sleep(fault.ms, undefined, { signal: sending.signal });
      write(response, await answer());
      return;
    case 'close-after-headers': {
      const { head } = split(await answer());
      writeHead(response, head, { 'content-length': '100000' });
      response.flushHeaders();
      // The headers must be on the wire before the connection goes, or this were a plain close.
      await sleep(20, undefined, { signal: sending.signal });
      response.destroy();
      return;
    }
    case 'slow-headers':
      await trickleHeaders(sending, fault.everyMs ?? 100, fault.count ?? Infinity);
      return;
    case 'slow-body': {
      const { head, body } = split(await answer());
      writeHead(response, head, { 'content-length': String(body.length) });
      const size = fault.chunkBytes ?? 1;
      for (let at = 0; at < body.length && !response.destroyed; at += size) {
        response.write(body.subarray(at, at + size));
        await sleep(fault.everyMs ?? 100, undefined, { signal: sending.signal });
      }
      response.end();
      return;
    }
    case 'stalled-body': {
      const { head, body } = split(await answer());
      writeHead(response, head, { 'content-length': String(body.length) });
      response.write(body.subarray(0, body.length / 2));
      return;
    }
    case 'endless-body':
      await writeForever(response);
      return;
    case 'large-body':
      await sleep(fault.afterMs ?? 0, undefined, { signal: sending.signal });
      write(response, pad(await answer(), fault.bytes ?? tenMebibytes));
      return;
    case 'gzip':
    case 'truncated-gzip': {
      const real = await answer();
      const bytes = fault.kind === 'gzip' ? fault.bytes : undefined;
      const { head, body } = split(bytes === undefined ? real : pad(real, bytes));
      const packed = gzipSync(body);
      write(response, {
        ...head,
        headers: { ...head.headers, 'content-encoding': 'gzip' },
        body: fault.kind === 'gzip' ? packed : packed.subarray(0, packed.length / 2),
      });
      return;
    }
    case 'byte-order-mark': {
      const { head, body } = split(await answer());
      write(response, { ...head, body: Buffer.concat([Buffer.from('\ufeff'), body]) });
      return;
    }
    case 'content-type': {
      const real = await answer();
      write(response, { ...real, headers: { ...real.headers, 'content-type': fault.value } });
      return;
    }
    case 'invalid-json': {
      const { head, body } = split(await answer());
      write(response, { ...head, body: body.subarray(0, body.length / 2) });
      return;
    }
    case 'json':
      write(response, jsonAnswer(fault.status ?? 200, fault.value));
      return;
    case 'edit': {
      const { head, body } = split(await answer());
      write(response, { ...head, body: JSON.stringify(fault.edit(parseObject(body))) });
      return;
    }
    case 'answer':
      write(response, fault);
      return;
    default:
      fault satisfies never;
  }
}

function split(answer: ServiceAnswer): { head: ServiceAnswer; body: Buffer } {
  return { head: answer, body: Buffer.from(answer.body ?? '') };
}

function writeHead(
  response: ServerResponse,
  answer: ServiceAnswer,
  more: Record<string, string>,
): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries({ ...answer.headers, ...more })) {
    response.setHeader(name, value);
  }
}

function write(response: ServerResponse, answer: ServiceAnswer): void {
  const body = Buffer.from(answer.body ?? '');
  writeHead(response, answer, { 'content-length': String(body.length) });
  response.end(body);
}

/** Bypasses ServerResponse, which sends its header block in one piece. */
async function trickleHeaders(sending: Sending, everyMs: number, count: number): Promise<void> {
  const { socket } = sending.response;
  if (!socket) return;
  const { head, body } = split(await sending.answer());
  sending.response.statusCode = head.status;
  socket.write(`HTTP/1.1 ${String(head.status)} Slow\r\n`);
  for (let sent = 0; sent < count && !socket.destroyed; sent += 1) {
    socket.write(`x-slow-${String(sent)}: 1\r\n`);
    await sleep(everyMs, undefined, { signal: sending.signal });
  }
  for (const [name, value] of Object.entries(head.headers ?? {})) {
    socket.write(`${name}: ${String(value)}\r\n`);
  }
  socket.write(`content-length: ${String(body.length)}\r\nconnection: close\r\n\r\n`);
  socket.end(body);
}

async function writeForever(response: ServerResponse): Promise<void> {
  response.statusCode = 200;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.write('{"padding":"');
  const chunk = Buffer.alloc(64 * 1024, 'a');
  while (!response.destroyed) {
    if (response.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const resume = (): void => {
        response.off('drain', resume).off('close', resume);
        resolve();
      };
      response.on('drain', resume).on('close', resume);
    });
  }
}

function pad(answer: ServiceAnswer, bytes: number): ServiceAnswer {
  const body = parseObject(Buffer.from(answer.body ?? ''));
  return { ...answer, body: JSON.stringify({ padding: 'a'.repeat(bytes), ...body }) };
}

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
