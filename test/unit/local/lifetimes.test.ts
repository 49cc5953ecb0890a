import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLifetimes, readLifetimes } from '../../local/lifetimes.ts';

describe('parseLifetimes', () => {
  it('takes whole seconds, five or more', () => {
    assert.deepEqual(parseLifetimes({}), {});
    assert.deepEqual(parseLifetimes({ 'assertion-life': '20', 'token-life': '5' }), {
      assertionLifeSeconds: 20,
      tokenLifeSeconds: 5,
    });
    for (const value of ['', '4', '-1', '1.5', 'ten', '20s', '1e3']) {
      assert.throws(() => parseLifetimes({ 'token-life': value }), {
        message: `--token-life is '${value}'. It is a whole number of seconds, 5 or more.`,
      });
    }
  });
});

describe('readLifetimes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lifetimes-'));
  after(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    writeFileSync(join(folder, 'pipeline.yml'), text);
    return readLifetimes(join(folder, 'pipeline.yml'));
  };

  it('reads the comment of a pipeline file, if there is one', () => {
    assert.deepEqual(read('steps: []\n'), {});
    assert.deepEqual(read('# local run: --assertion-life 20 --token-life=30\nsteps: []\n'), {
      assertionLifeSeconds: 20,
      tokenLifeSeconds: 30,
    });
  });

  it('names what a file cannot ask for', () => {
    assert.throws(() => read('# local run: --node 20\n'), /asks for --node 20 in its comment/);
    assert.throws(() => read('# local run: --token-life\n'), /--token-life is ''/);
  });
});
