import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { requestAssertion, send } from '../../local/client.ts';
import { commandInToken, readyFaults } from '../../local/services/ready-faults.ts';
import {
  assertionOf,
  connectionNamed,
  job,
  met,
  projectsUrl,
  useLocalServices,
  world,
} from './local-services.ts';

describe('the local services: faults', () => {
  useLocalServices();

  it('meet one request, then no more', async () => {
    await assert.rejects(met({ kind: 'reset' }), { code: 'ECONNRESET' });
    await assertionOf(connectionNamed('contoso-azure'));
  });

  it('skip, repeat and choose by host, method and path', async () => {
    const connection = connectionNamed('contoso-azure');
    const fault = { kind: 'answer', status: 500 } as const;
    world.faults.next({
      host: 'dev.azure.com',
      method: 'POST',
      path: /oidctoken/,
      skip: 1,
      times: 2,
      fault,
    });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await requestAssertion(world, job, connection)).status);
    }
    assert.deepEqual(statuses, [200, 500, 500, 200]);
    world.faults.next({ host: 'login.microsoftonline.com', fault });
    assert.equal((await requestAssertion(world, job, connection)).status, 200);
  });

  it('reset the connection for good: the TCP reset arrives', async () => {
    world.clearRequests();
    await assert.rejects(met({ kind: 'reset' }), { code: 'ECONNRESET', message: /ECONNRESET/ });
    assert.equal(world.requests[0]?.status, undefined);
  });

  it('close: the client sees the other side hang up', async () => {
    await assert.rejects(met({ kind: 'close' }), { message: 'socket hang up' });
  });

  it('close after the headers', async () => {
    world.clearRequests();
    await assert.rejects(met({ kind: 'close-after-headers' }), { message: 'aborted' });
    assert.equal(world.requests[0]?.status, 200);
  });

  it('hang', async () => {
    await assert.rejects(met({ kind: 'hang' }, 200), { name: 'AbortError' });
  });

  it('send headers slowly, for ever or for a while', async () => {
    await assert.rejects(met({ kind: 'slow-headers', everyMs: 10 }, 300), { name: 'AbortError' });
    const answer = await met({ kind: 'slow-headers', everyMs: 20, count: 5 });
    assert.equal(answer.headers['x-slow-4'], '1');
    assert.ok(answer.json()['oidcToken']);
  });

  it('send the body slowly, or half of it', async () => {
    const begin = performance.now();
    const answer = await met({ kind: 'slow-body', everyMs: 20, chunkBytes: 200 });
    assert.ok(answer.json()['oidcToken']);
    assert.ok(performance.now() - begin > 80);
    await assert.rejects(met({ kind: 'stalled-body' }, 300), { name: 'AbortError' });
  });

  it('send a body that never ends, at the pace of the reader', async () => {
    await assert.rejects(met({ kind: 'endless-body' }, 300), { name: 'AbortError' });
  });

  it('send ten megabytes around the real answer', async () => {
    const answer = await met({ kind: 'large-body' });
    assert.ok(answer.body.length > 10 * 1024 * 1024);
    assert.ok(answer.json()['oidcToken']);
  });

  it('compress, whole or truncated', async () => {
    const whole = await met({ kind: 'gzip' });
    assert.equal(whole.headers['content-encoding'], 'gzip');
    assert.match(gunzipSync(whole.body).toString(), /oidcToken/);
    const half = await met({ kind: 'truncated-gzip' });
    assert.throws(() => gunzipSync(half.body), /unexpected end of file/);
  });

  it('spoil type, syntax and shape', async () => {
    const typed = await met({ kind: 'content-type', value: 'text/html' });
    assert.equal(typed.headers['content-type'], 'text/html');
    assert.ok(typed.json()['oidcToken']);
    const invalid = await met({ kind: 'invalid-json' });
    assert.throws(() => invalid.json(), SyntaxError);
    assert.match(invalid.text, /^\{"oidcToken":"eyJ/);
    const shaped = await met({ kind: 'json', value: { oidcToken: { nested: [1] } } });
    assert.deepEqual(shaped.json(), { oidcToken: { nested: [1] } });
    const edited = await met({ kind: 'edit', edit: (body) => Object.keys(body) });
    assert.equal(edited.text, '["oidcToken"]');
  });

  it('throttle, with Retry-After in both forms', async () => {
    const seconds = await met(readyFaults.tooManyRequests(3));
    assert.deepEqual([seconds.status, seconds.headers['retry-after']], [429, '3']);
    const date = await met(readyFaults.tooManyRequests(new Date(0)));
    assert.equal(date.headers['retry-after'], 'Thu, 01 Jan 1970 00:00:00 GMT');
    assert.equal((await met(readyFaults.tooManyRequests())).headers['retry-after'], undefined);
  });

  it('answer as gateways and sign-in services do', async () => {
    const outage = await met(readyFaults.outagePage());
    assert.deepEqual([outage.status, outage.headers['content-type']], [503, 'text/html']);
    const moved = await met(readyFaults.redirect('https://evil.example/'));
    assert.deepEqual([moved.status, moved.headers['location']], [302, 'https://evil.example/']);
    const page = await met(readyFaults.signInPage());
    assert.equal(page.status, 203);
    assert.match(page.text, /Sign In/);
  });

  it('attack the log', async () => {
    for (const fault of [readyFaults.hostileEntraError(), readyFaults.hostileAzureDevOpsError()]) {
      const { text } = await met(fault);
      assert.ok(
        text.includes('##vso[task.setvariable variable=INJECTED]yes\\n##vso[task.complete'),
      );
      assert.ok(text.includes(String.raw`\u001b[2J`));
    }
    const answer = await met(readyFaults.tokenWithCommand());
    assert.ok(String(answer.json()['oidcToken']).includes(commandInToken));
  });

  it('delay one answer; latency delays all', async () => {
    const begin = performance.now();
    assert.equal((await met({ kind: 'delay', ms: 120 })).status, 200);
    assert.ok(performance.now() - begin >= 119);
    world.latency.ms = 60;
    const again = performance.now();
    await assertionOf(connectionNamed('contoso-azure'));
    await assertionOf(connectionNamed('contoso-azure'));
    assert.ok(performance.now() - again >= 119);
  });

  const flaws = [
    ['expired', 'CERT_HAS_EXPIRED'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['untrusted', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const;
  for (const [flaw, code] of flaws) {
    it(`serve a certificate that is ${flaw}`, async () => {
      world.faults.certificate('dev.azure.com', flaw);
      await assert.rejects(send(world, projectsUrl), { code });
      await assert.rejects(send(world, projectsUrl, { isDirect: true }), { code });
      world.faults.certificate('dev.azure.com', undefined);
      assert.equal((await send(world, projectsUrl)).status, 302);
    });
  }

  it('work without the proxy, too', async () => {
    world.clearRequests();
    world.faults.next({ fault: { kind: 'reset' } });
    await assert.rejects(send(world, projectsUrl, { isDirect: true }), { code: 'ECONNRESET' });
    assert.equal((await send(world, projectsUrl, { isDirect: true })).status, 302);
    assert.deepEqual(
      world.requests.map(({ proxied }) => proxied),
      [false, false],
    );
  });
});
