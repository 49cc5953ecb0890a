import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttps } from '../../tasks/common/network/adapters/https.ts';
import { readTrust } from '../../tasks/common/network/adapters/trust.ts';
import { failsWith } from '../unit/fixtures.ts';
import { startStage } from './support/stage.ts';

describe("the agent's CA file", () => {
  it('is read again by the next request where it could not be read', async () => {
    const stage = await startStage('direct');
    const folder = mkdtempSync(join(tmpdir(), 'trust-'));
    const file = join(folder, 'ca.pem');
    const { sendRequest, connectEarly } = createHttps({
      proxyFor: () => undefined,
      readTrust: async () => readTrust(file),
      remainingMs: () => 8_000,
      debug: () => undefined,
      signal: new AbortController().signal,
    });
    const url = new URL(`https://${stage.hostOf('entra')}/`);
    const send = async () => sendRequest({ method: 'GET', url, headers: {} });
    try {
      // Tells nobody.
      for (let times = 0; times < 2; times++) connectEarly(new URL('https://localhost:1/'));
      await assert.rejects(send(), failsWith('CA_FILE_UNREADABLE', file));
      writeFileSync(file, stage.world.authority.certificatePem);
      assert.equal((await send()).status, 404);
    } finally {
      rmSync(folder, { recursive: true });
      await stage.close();
    }
  });
});
