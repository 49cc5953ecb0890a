import assert from 'node:assert/strict';
import { Vault } from '../../../../tasks/common/agent/vault.ts';

describe('Vault', () => {
  it('finds a secret by its name in any case, and none of a name that has no more than an empty one', () => {
    const vault = new Vault();
    assert.equal(vault.storeSecret('INPUT_Resource', 'first'), true);
    assert.equal(vault.storeSecret('input_resource', 's3cret\nü'), true);
    assert.equal(vault.retrieveSecret('INPUT_RESOURCE'), 's3cret\nü');
    assert.equal(vault.retrieveSecret('INPUT_OTHER'), undefined);
    assert.equal(vault.retrieveSecret('constructor'), undefined);
    assert.equal(vault.storeSecret('INPUT_RESOURCE', ''), false);
    assert.equal(vault.retrieveSecret('INPUT_RESOURCE'), undefined);
  });
});
