import type { RecordedRequest } from '../contract.ts';
import type { CertificateFlaw } from './certificate-authority.ts';

/**
 * One thing that goes wrong on the wire. Kinds that name a body run the real handler first and
 * spoil its answer; the others never reach it.
 */
export type Fault =
  /** TCP reset before the answer. */
  | { readonly kind: 'reset' }
  /** Orderly end of the connection before the answer ("socket hang up"). */
  | { readonly kind: 'close' }
  /** Status and headers of the real answer, then the end of the connection. */
  | { readonly kind: 'close-after-headers' }
  /** No answer at all. */
  | { readonly kind: 'hang' }
  /** A header line every `everyMs` (100), `count` (endless) of them, then the real answer. */
  | { readonly kind: 'slow-headers'; readonly everyMs?: number; readonly count?: number }
  /** The real body, `chunkBytes` (1) every `everyMs` (100). */
  | { readonly kind: 'slow-body'; readonly everyMs?: number; readonly chunkBytes?: number }
  /** Half of the real body, then silence. */
  | { readonly kind: 'stalled-body' }
  /** A JSON string that never ends, as fast as the client reads. */
  | { readonly kind: 'endless-body' }
  /** The real JSON answer with a member `padding` that makes it `bytes` (10 MiB) long, `afterMs` (0) later. */
  | { readonly kind: 'large-body'; readonly bytes?: number; readonly afterMs?: number }
  /** The real body, compressed whether or not the client asked for it; `bytes` long once unpacked. */
  | { readonly kind: 'gzip'; readonly bytes?: number }
  /** The same, cut in the middle; the HTTP message itself is complete. */
  | { readonly kind: 'truncated-gzip' }
  /** The real body behind a byte order mark. */
  | { readonly kind: 'byte-order-mark' }
  /** The real body under another content type. */
  | { readonly kind: 'content-type'; readonly value: string }
  /** The first half of the real body as a complete message: no JSON, and half a token in it. */
  | { readonly kind: 'invalid-json' }
  /** A JSON literal in place of the real answer. */
  | { readonly kind: 'json'; readonly value: unknown; readonly status?: number }
  /** The real JSON answer, changed. */
  | { readonly kind: 'edit'; readonly edit: (body: Record<string, unknown>) => unknown }
  /** Any answer in place of the real one. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The real answer, `ms` later. */
  | { readonly kind: 'delay'; readonly ms: number };

/** Which requests a fault is for; every condition that is given must hold. */
export interface FaultRule {
  readonly service?: RecordedRequest['service'];
  readonly host?: string;
  readonly method?: string;
  /** A part of path and query. */
  readonly path?: string | RegExp;
  /** How many matching requests pass untouched first; 0. */
  readonly skip?: number;
  /** How many requests then meet the fault; 1. */
  readonly times?: number;
  /** Of the requests that are left, only each n-th meets it; 1. */
  readonly every?: number;
  readonly fault: Fault;
}

/** The faults that wait for their request, in the order in which they were asked for. */
export class Faults {
  readonly #waiting: { readonly rule: FaultRule; skip: number; times: number; seen: number }[] = [];
  readonly #flaws = new Map<string, CertificateFlaw>();

  /** Lets the next matching requests meet a fault. */
  next(rule: FaultRule): void {
    this.#waiting.push({ rule, skip: rule.skip ?? 0, times: rule.times ?? 1, seen: 0 });
  }

  /** Lets matching requests meet a fault from now on, until the returned function is called. */
  start(rule: Omit<FaultRule, 'times'>): () => void {
    const entry = { rule, skip: rule.skip ?? 0, times: Infinity, seen: 0 };
    this.#waiting.push(entry);
    return () => void (entry.times = 0);
  }

  /** Serves a flawed certificate for a host from the next connection on; undefined repairs it. */
  certificate(host: string, flaw: CertificateFlaw | undefined): void {
    if (flaw) this.#flaws.set(host, flaw);
    else this.#flaws.delete(host);
  }

  /** Forgets all faults, also the ones that have not been met. */
  clear(): void {
    this.#waiting.length = 0;
    this.#flaws.clear();
  }

  /** The flaw that the host's certificate shall have. */
  certificateFlaw(host: string): CertificateFlaw | undefined {
    return this.#flaws.get(host);
  }

  /** Takes the fault that a request meets, if any. */
  take(request: Pick<RecordedRequest, 'service' | 'host' | 'method' | 'path'>): Fault | undefined {
    for (const entry of this.#waiting) {
      if (entry.times <= 0 || !matches(entry.rule, request)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.seen += 1;
      if (entry.seen % (entry.rule.every ?? 1) !== 0) continue;
      entry.times -= 1;
      return entry.rule.fault;
    }
    return undefined;
  }
}

function matches(
  rule: FaultRule,
  request: Pick<RecordedRequest, 'service' | 'host' | 'method' | 'path'>,
): boolean {
  if (rule.service !== undefined && rule.service !== request.service) return false;
  if (rule.host !== undefined && rule.host !== request.host) return false;
  if (rule.method !== undefined && rule.method !== request.method) return false;
  if (typeof rule.path === 'string') return request.path.includes(rule.path);
  return rule.path === undefined || rule.path.test(request.path);
}
