import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { remedies } from '../../../../tasks/common/errors/remedies.ts';

// This file runs from `out/test/unit/common/errors/`.
const source = join(import.meta.dirname, '../../../../../tasks');
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('remedies'))
  .map((name) => readFileSync(join(source, name), 'utf8'))
  .join('\n');

describe('remedies', () => {
  for (const [name, remedy] of Object.entries(remedies)) {
    it(`has a code of capital words for ${name}, used somewhere, and a sentence in one line`, () => {
      assert.match(name, /^[A-Z]+(?:_[A-Z]+)*$/);
      assert.match(remedy, /^[A-Z].{8,300}\.$/);
      assert.match(code, new RegExp(`'${name}'`));
    });
  }
});
