import { randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';
import type { Fault } from '../local/services/faults.ts';
import { createRandom, toSeed, type Random } from '../unit/random.ts';
import { furtherTargets, targets } from './fault-matrix/targets.ts';
import { isFull } from './support/full.ts';
import { assertNoLeak } from './support/leaks.ts';
import { assertProperEnd } from './support/proper-end.ts';
import { runAll } from './support/run-all.ts';
import { startStage, type Stage, type Way } from './support/stage.ts';

/** Fifty in full; any number for a long night. */
const cases = Number(process.env['FUZZ_CASES'] || (isFull ? 50 : 12));
const placesPerWay = 2;
const ways: readonly Way[] = ['proxied', 'direct'];

/** What a hostile service could put anywhere in an answer; it knows the token that it was sent. */
const fragments = (secret: string) =>
  [
    secret,
    `Bearer ${secret}`,
    Buffer.from(`:${secret}`).toString('base64'),
    '##vso[task.setvariable variable=INJECTED]yes',
    '##vso[task.complete result=Succeeded;]',
    '##[error]forged',
    '\r\n',
    '\u001b[2J\u001b[31m',
    '\u0000\u0007\u2028\u202e',
    '%0D%0A##vso[task.setvariable variable=INJECTED]yes',
    'AADSTS700213: no match.',
    'AADSTS700024: too old.',
    'TF400813: no.',
    ' Trace ID: ',
    '<title>VS403463: no</title>',
    'There is no explicit reference to service connection',
    'ü€🙂\ud800',
    '"\\',
    'plain words ',
    'x'.repeat(5000),
  ] as const;
const names = [
  'oidcToken',
  'access_token',
  'expires_in',
  'token_type',
  'error',
  'error_description',
  'error_codes',
  'trace_id',
  'correlation_id',
  'message',
  'value',
  'count',
  'authenticatedUser',
  'id',
  'providerDisplayName',
  'routeTemplate',
  '__proto__',
] as const;

function anyText(random: Random, secret: string): string {
  return Array.from({ length: random.below(6) }, () => random.pick(fragments(secret))).join('');
}

function anyValue(random: Random, secret: string, depth = 0): unknown {
  switch (random.below(depth > 2 ? 4 : 6)) {
    case 0:
      return random.pick([null, true, 0, -1, 3599, 1e300, 700213]);
    case 1:
    case 2:
    case 3:
      return anyText(random, secret);
    case 4:
      return Array.from({ length: random.below(3) }, () => anyValue(random, secret, depth + 1));
    default:
      return anyObject(random, secret, depth + 1);
  }
}

function anyObject(random: Random, secret: string, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: random.below(6) }, () => [
      random.pick(names),
      anyValue(random, secret, depth),
    ]),
  );
}

// What Node's server does not let through cannot arrive either.
const toHeader = (text: string): string => text.replaceAll(/[^\t\x20-\x7e]/g, '');

function anyHeaders(random: Random, secret: string): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': random.pick(['application/json', 'text/html', 'image/png', '']),
  };
  for (const name of ['x-vss-e2eid', 'activityid', 'x-ms-request-id', 'www-authenticate']) {
    if (random.below(3) === 0) headers[name] = toHeader(anyText(random, secret));
  }
  if (random.below(4) === 0) headers['content-encoding'] = random.pick(['gzip', 'br', 'x']);
  if (random.below(3) === 0) {
    headers['retry-after'] = random.pick(['0', '1', '-1', '1e9', 'soon', '99999', 'Tue, 1 Jan']);
  }
  if (random.below(4) === 0) headers['location'] = 'https://evil.example/';
  return headers;
}

function anyFault(random: Random, secret: string): Fault {
  const json = JSON.stringify(anyObject(random, secret));
  switch (random.below(8)) {
    case 0:
      // A real answer with some members replaced.
      return { kind: 'edit', edit: (body) => ({ ...body, ...anyObject(random, secret) }) };
    case 1:
      return random.pick<Fault>([
        { kind: 'reset' },
        { kind: 'close' },
        { kind: 'close-after-headers' },
        { kind: 'invalid-json' },
        { kind: 'truncated-gzip' },
        { kind: 'slow-body', everyMs: 5, chunkBytes: 100 },
      ]);
    default:
      return {
        kind: 'answer',
        status: random.pick([200, 200, 200, 201, 203, 204, 302, 400, 401, 403, 404, 429, 500, 599]),
        headers: anyHeaders(random, secret),
        body: random.pick([
          json,
          json,
          json.slice(0, random.below(json.length + 1)),
          anyText(random, secret),
          `<html>${anyText(random, secret)}</html>`,
        ]),
      };
  }
}

const part = (bytes: number): string => randomBytes(bytes).toString('base64url');

async function fuzzOnce(seed: number, stage: Stage): Promise<void> {
  const random = createRandom(seed);
  // Made for the case, so that the services can throw it back; shaped like the real one.
  const accessToken = `eyJ${part(60)}.eyJ${part(300)}.${part(256)}`;
  stage.reset();
  const target = random.pick([...targets, ...furtherTargets] as [
    (typeof targets)[0],
    ...(typeof targets)[0][],
  ]);
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    stage.fail(target.service, anyFault(random, accessToken), target.rule);
  }
  const run = await stage.run({
    ...target.scenario,
    node: random.pick(['20', '24']),
    identity: { accessToken },
  });
  assertProperEnd(stage.world, run);
  assertNoLeak(stage.world, run);
  for (const line of run.step.maskedLog) {
    assert.doesNotMatch(
      line,
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u202e]/,
      'No escapes.',
    );
    assert.ok(line.length < 8000, 'No flood of words.');
  }
}

async function replayable(seed: number, stage: Stage): Promise<void> {
  try {
    await fuzzOnce(seed, stage);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${stage.way}, replay with FUZZ_SEED=${seed} FUZZ_CASES=1: ${detail}`, {
      cause,
    });
  }
}

describe('the whole process, given anything', function () {
  this.timeout(300_000);
  const stages: Stage[] = [];
  after(async () => {
    await Promise.all(stages.map(async (stage) => stage.close()));
  });

  it(`gives a result, leaks nothing and sets nothing but a token, in ${cases} cases`, async () => {
    const seed = toSeed();
    console.log(`      FUZZ_SEED=${seed}`);
    const runs: Promise<void>[] = [];
    for (const [parity, way] of ways.entries()) {
      const places = await Promise.all(
        Array.from({ length: placesPerWay }, async () => startStage(way)),
      );
      stages.push(...places);
      // By the seed of the case, so that a replay goes the same way.
      const seeds = Array.from({ length: cases }, (_, index) => seed + index).filter(
        (own) => own % 2 === parity,
      );
      runs.push(
        ...runAll(
          places,
          seeds.map((own) => async (stage: Stage) => replayable(own, stage)),
        ),
      );
    }
    const failures = (await Promise.allSettled(runs)).flatMap((run) =>
      run.status === 'rejected' ? [(run.reason as Error).message] : [],
    );
    assert.deepEqual(failures, []);
  });
});
