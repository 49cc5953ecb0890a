import assert from 'node:assert/strict';
import { Faults } from '../../local/services/faults.ts';

const request = { service: 'entra', host: 'x', method: 'POST', path: '/token' } as const;
const fault = { kind: 'reset' } as const;
const other = { kind: 'close' } as const;

/** Which of so many requests meet a fault. */
const take = (faults: Faults, count: number): string =>
  Array.from({ length: count }, () => faults.take(request)?.kind[0] ?? '-').join('');

describe('Faults', () => {
  it('meets the next request, or so many, or those after the first', () => {
    const faults = new Faults();
    faults.next({ fault });
    assert.equal(take(faults, 3), 'r--');
    faults.next({ skip: 1, times: 2, fault });
    assert.equal(take(faults, 4), '-rr-');
  });

  it('meets every n-th request', () => {
    const faults = new Faults();
    faults.next({ every: 3, times: 2, fault });
    assert.equal(take(faults, 8), '--r--r--');
  });

  it('lasts from one moment to another', () => {
    const faults = new Faults();
    const stop = faults.start({ fault });
    assert.equal(take(faults, 3), 'rrr');
    stop();
    assert.equal(take(faults, 2), '--');
    const stopSome = faults.start({ every: 2, fault: other });
    assert.equal(take(faults, 4), '-c-c');
    stopSome();
    assert.equal(take(faults, 1), '-');
  });

  it('is for the requests that are meant only', () => {
    const faults = new Faults();
    faults.start({ service: 'azure-devops', fault });
    faults.start({ path: /^\/other/, fault });
    assert.equal(take(faults, 2), '--');
  });
});
