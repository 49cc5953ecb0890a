import assert from 'node:assert/strict';
import { remedies } from '../../tasks/common/errors/remedies.ts';
import { failureGroups, unprovoked, type Failure } from '../local/failures.ts';
import type { NodeMajor } from '../local/nodes.ts';
import { runFailures, type FailureRun } from '../local/run-failures.ts';
import { readExample, readSection } from './support/documentation.ts';
import { assertFailedStep } from './support/failed-step.ts';
import { isFull } from './support/full.ts';

const failures = failureGroups.flatMap((group) => group.failures);
const ownGroups = failureGroups.filter(({ title }) =>
  ['Inputs of the step', 'verify', 'EntraSignIn'].includes(title),
);

/** The numbers that Azure DevOps' and Entra's own pages on troubleshooting name. */
// prettier-ignore
const knownNumbers = [
  70021, 700211, 700212, 700213, 7002138, 70025,
  700016, 700011, 7000229, 7000112, 70001, 70052, 90002, 900023, 90038, 900382,
  53003, 700223, 700238, 7002381,
  700024, 700027, 700222, 50013, 50166,
  500011, 650057, 70011, 1002012, 28002, 28003, 901002,
  7000215, 7000222,
];

/** Returns the error as the log shows it. */
function assertFailure({ failure, run, world }: FailureRun): string {
  const error = assertFailedStep(world, run, failure.code);
  for (const value of failure.shows?.(world) ?? []) {
    assert.ok(error.includes(value), `The error does not show ${value}:\n${error}`);
  }
  if (failure.early) {
    assert.deepEqual([run.requests, world.proxy.connects], [[], []]);
  }
  if (failure.aadsts === undefined) return error;
  const form = new URLSearchParams(
    run.requests.findLast(({ service }) => service === 'entra')?.body,
  );
  assert.ok(error.includes(`AADSTS${failure.aadsts}: `), error);
  assert.ok(error.includes(`Correlation ID: ${form.get('client-request-id') ?? '?'}`), error);
  assert.match(error, /Trace ID: [0-9a-f-]{36}, Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\)/);
  return error;
}

function describeRuns(node: NodeMajor, debug: boolean, chosen: readonly Failure[]): void {
  describe(`A failure on Node ${node}${debug ? ' in debug mode' : ''}`, function () {
    // The last ones wait for all others.
    this.timeout(600_000);
    let runs: readonly Promise<FailureRun>[] = [];
    before(() => {
      runs = runFailures(chosen, { node, debug });
    });
    const errors = new Map<string, string[]>();
    for (const [index, { name, code }] of chosen.entries()) {
      it(`${name}: ${code}`, async () => {
        const run = await runs[index];
        assert.ok(run);
        const error = assertFailure(run);
        errors.set(code, [...(errors.get(code) ?? []), error]);
        assert.match(run.run.step.nodeVersion ?? '', new RegExp(`^v?${node}\\.`));
      });
    }

    for (const code of new Set(chosen.map((failure) => failure.code))) {
      it(`is told by docs/troubleshooting.md in the words of the log: ${code}`, () => {
        const parts = readExample(code);
        assert.ok(parts.length > 0, `The section of ${code} has no example.`);
        for (const part of parts) {
          assert.ok(
            errors.get(code)?.some((error) => error.includes(part)),
            `No error of ${code} says "${part}":\n${errors.get(code)?.join('\n')}`,
          );
        }
      });
    }
  });
}

describe('The catalogue of failures', () => {
  it('has every code, or a reason why not', () => {
    const known = new Set<string>([
      ...failures.map(({ code }) => code),
      ...Object.keys(unprovoked),
    ]);
    assert.deepEqual(
      Object.keys(remedies).filter((code) => !known.has(code)),
      [],
    );
  });

  it('has every number that the vendors describe, with a code of its own', () => {
    for (const number of knownNumbers) {
      const codes = failures.filter(({ aadsts }) => aadsts === number).map(({ code }) => code);
      assert.ok(codes.length > 0, `AADSTS${number}`);
      assert.ok(!codes.includes('ENTRA_REQUEST_REJECTED'), `AADSTS${number}`);
    }
  });

  it('has each number in the document, under the heading of its code', () => {
    const missing = failures
      .filter(({ code }) => code !== 'ENTRA_REQUEST_REJECTED')
      .filter(({ aadsts }) => aadsts !== undefined)
      .filter(({ code, aadsts }) => !new RegExp(`\\bAADSTS${aadsts}\\b`).test(readSection(code)));
    assert.deepEqual(
      missing.map(({ code, aadsts }) => `${code}: AADSTS${aadsts}`),
      [],
    );
  });

  it('has each failure once', () => {
    const names = failures.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
  });
});

/** What EntraToken can meet on its way to the token: EntraSignIn goes the same way. */
const shared = failures.filter(
  (failure) =>
    !ownGroups.some((group) => group.failures.includes(failure)) &&
    // The resource is chosen by an input there.
    failure.code !== 'RESOURCE_NOT_FOUND',
);

/** The same failure for a job that is to be signed in. */
const ofSignIn = (failure: Failure): Failure => ({
  ...failure,
  name: `${failure.name} (EntraSignIn)`,
  provoke: async (world) => ({ ...(await failure.provoke(world)), task: 'EntraSignIn@1' }),
});

const typical = failures.filter((failure) => failure.typical);
describeRuns('24', true, failures);
describeRuns('20', true, shared.filter((failure) => isFull || failure.typical).map(ofSignIn));
describeRuns('20', false, isFull ? failures : typical);
if (isFull) {
  describeRuns('24', false, failures);
  describeRuns('20', true, failures);
}
