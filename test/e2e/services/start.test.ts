import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { send } from '../../local/client.ts';
import { startWorld } from '../../local/world.ts';
import {
  accessTokenOf,
  bearer,
  connectionNamed,
  projectsUrl,
  useLocalServices,
} from './local-services.ts';

describe('the local services: startWorld', () => {
  useLocalServices();

  it('starts in less than a second and closes at once, with connections open', async () => {
    const begin = performance.now();
    const other = await startWorld();
    assert.ok(performance.now() - begin < 1000);
    other.faults.next({ times: 2, fault: { kind: 'hang' } });
    const hanging = [true, false].map((isDirect) =>
      send(other, projectsUrl, { isDirect }).catch((error: unknown) => error),
    );
    while (other.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const end = performance.now();
    await other.close();
    assert.ok(performance.now() - end < 500);
    for (const outcome of await Promise.all(hanging)) {
      assert.ok(outcome instanceof Error && outcome.name !== 'AbortError');
    }
    assert.equal(existsSync(other.caFile), false);
  });

  it('keeps worlds apart: a token of one is unknown to another', async () => {
    const token = await accessTokenOf(connectionNamed('contoso-azure'));
    const other = await startWorld();
    try {
      const answer = await send(other, projectsUrl, bearer(token));
      assert.equal(answer.status, 401);
    } finally {
      await other.close();
    }
  });
});
