import assert from 'node:assert/strict';
import { openTunnel, send } from '../../local/client.ts';
import { startWorld } from '../../local/world.ts';
import { projectsUrl, useLocalServices, world } from './local-services.ts';

describe('the local services: the proxy', () => {
  useLocalServices();

  it('asks for a user name and a password when it has them', async () => {
    const password = 'p@ss:w/ör d%';
    const closed = await startWorld({ proxy: { username: 'build', password } });
    try {
      const required = { message: 'CONNECT 407 Basic realm="proxy"' };
      await assert.rejects(send(closed, projectsUrl, { proxyAuthorization: '' }), required);
      const wrong = `Basic ${Buffer.from('build:wrong').toString('base64')}`;
      await assert.rejects(send(closed, projectsUrl, { proxyAuthorization: wrong }), required);
      assert.equal((await send(closed, projectsUrl)).status, 302);
      assert.deepEqual(
        closed.proxy.connects.map(({ host, status }) => [host, status]),
        [
          ['dev.azure.com', 407],
          ['dev.azure.com', 407],
          ['dev.azure.com', 200],
        ],
      );
      assert.ok(closed.issued.all.includes(password));
    } finally {
      await closed.close();
    }
  });

  it('leads nowhere but to the local services, and says who tried', async () => {
    world.clearRequests();
    await assert.rejects(openTunnel(world, 'example.com'), { message: 'CONNECT 502' });
    const answer = await fetch(world.proxy.url, { method: 'POST', body: 'secret' });
    assert.equal(answer.status, 403);
    assert.deepEqual(
      world.requests.map(({ service, method, host, status }) => [service, method, host, status]),
      [
        ['unknown', 'CONNECT', 'example.com', 502],
        ['unknown', 'POST', '', 403],
      ],
    );
  });

  it('fails as proxies do', async () => {
    const host = 'dev.azure.com';
    world.proxy.next({ host, fault: { kind: 'status', status: 503 } });
    await assert.rejects(send(world, projectsUrl), { message: 'CONNECT 503' });
    world.proxy.next({ host, fault: { kind: 'close' } });
    await assert.rejects(send(world, projectsUrl), { message: 'socket hang up' });
    world.proxy.next({ host, fault: { kind: 'reset' } });
    await assert.rejects(send(world, projectsUrl), { code: 'ECONNRESET' });
    world.proxy.next({ host, fault: { kind: 'hang' } });
    await assert.rejects(send(world, projectsUrl, { timeoutMs: 200 }), { name: 'AbortError' });
    world.proxy.next({ host, fault: { kind: 'close-tunnel' } });
    await assert.rejects(send(world, projectsUrl), { code: 'ECONNRESET' });
    assert.equal((await send(world, projectsUrl)).status, 302);
  });

  it('can be down', async () => {
    const other = await startWorld();
    try {
      await other.proxy.stop();
      await assert.rejects(send(other, projectsUrl), { code: 'ECONNREFUSED' });
    } finally {
      await other.close();
    }
  });
});
