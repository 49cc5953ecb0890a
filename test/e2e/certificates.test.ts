import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCertificateAuthority,
  type CertificateAuthority,
} from '../local/services/certificate-authority.ts';
import { Faults } from '../local/services/faults.ts';
import { startHttpsServer } from '../local/services/https-server.ts';
import { assertNoLeak } from './support/leaks.ts';
import { assertProperEnd } from './support/proper-end.ts';
import type { TaskRun } from './support/run-task.ts';
import { startStage, type ServiceName, type Stage, type Way } from './support/stage.ts';
import { startTlsFront } from './support/tls-front.ts';

const ways: readonly Way[] = ['proxied', 'direct'];
const services: readonly ServiceName[] = ['azure-devops', 'entra'];
const nodes = ['20', '24'] as const;
const log = ({ step }: TaskRun): string => step.maskedLog.join('\n');

describe('certificates', () => {
  const stages = new Map<Way, Stage>();
  const stageOf = (way: Way): Stage => stages.get(way) ?? assert.fail();
  let folder: string;
  /** A second company's CA, which only NODE_EXTRA_CA_CERTS names. */
  let other: CertificateAuthority;
  let otherCaFile: string;

  before(async () => {
    for (const way of ways) stages.set(way, await startStage(way));
    folder = await mkdtemp(join(tmpdir(), 'entra-token-certificates-'));
    other = await createCertificateAuthority();
    otherCaFile = join(folder, 'other-ca.pem');
    await writeFile(otherCaFile, other.certificatePem);
  });
  after(async () => {
    for (const stage of stages.values()) await stage.close();
    await rm(folder, { recursive: true });
  });
  afterEach(() => {
    for (const stage of stages.values()) stage.reset();
  });

  for (const way of ways) {
    it(`are trusted by the file of NODE_EXTRA_CA_CERTS alone, ${way}`, async () => {
      const stage = stageOf(way);
      const machine = { NODE_EXTRA_CA_CERTS: stage.world.caFile };
      const run = await stage.run({ certificates: {}, machine });
      assertProperEnd(stage.world, run);
      assert.equal(run.code, undefined, log(run));
    });

    it(`are not trusted without either file, ${way}`, async () => {
      const run = await stageOf(way).run({ certificates: {} });
      assertProperEnd(stageOf(way).world, run);
      assert.deepEqual([run.code, run.requests.length], ['TLS_CERTIFICATE_UNTRUSTED', 0]);
    });

    for (const [flaw, code, problem] of [
      ['expired', 'TLS_CERTIFICATE_EXPIRED', 'its certificate has expired'],
      ['not-yet-valid', 'TLS_CERTIFICATE_EXPIRED', 'its certificate is not valid yet'],
      ['wrong-host', 'TLS_HOST_MISMATCH', 'its certificate is for another host'],
      ['untrusted', 'TLS_CERTIFICATE_UNTRUSTED', 'signed by a CA that is not trusted here'],
      ['self-signed', 'TLS_CERTIFICATE_UNTRUSTED', 'signed by itself'],
    ] as const) {
      it(`name the host, the problem and the remedy when ${flaw}, ${way}`, async () => {
        for (const service of services) {
          const stage = stageOf(way);
          stage.reset();
          stage.spoil(service, flaw);
          const run = await stage.run();
          assertProperEnd(stage.world, run);
          assertNoLeak(stage.world, run);
          assert.equal(run.code, code, log(run));
          assert.ok(log(run).includes(`The connection to ${stage.hostOf(service)}`), log(run));
          assert.ok(log(run).includes(problem), log(run));
          assert.match(log(run), /What to do: \w/);
          assert.equal(run.requests.length, service === 'entra' ? 1 : 0, 'Never tried again.');
        }
      });
    }

    for (const [what, scenario] of [
      ['the agent is told not to check them', { certificates: { skipValidation: true } }],
      ['NODE_TLS_REJECT_UNAUTHORIZED is 0', { machine: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }],
    ] as const) {
      it(`are checked even where ${what}, ${way}`, async () => {
        for (const service of services) {
          const stage = stageOf(way);
          stage.reset();
          stage.spoil(service, 'untrusted');
          const { caFile } = stage.world;
          const run = await stage.run({
            ...scenario,
            certificates: { caFile, ...('certificates' in scenario ? scenario.certificates : {}) },
          });
          assertNoLeak(stage.world, run);
          assert.equal(run.code, 'TLS_CERTIFICATE_UNTRUSTED', log(run));
          assert.equal(run.requests.length, service === 'entra' ? 1 : 0);
          assert.equal(
            log(run).includes('The agent is told not to check TLS certificates'),
            'certificates' in scenario,
          );
        }
      });
    }
  }

  for (const node of nodes) {
    it(`are trusted by the agent's file and NODE_EXTRA_CA_CERTS together, Node ${node}`, async () => {
      const stage = stageOf('direct');
      const { world } = stage;
      const entra = await startHttpsServer({ authority: other, faults: new Faults() });
      entra.mount({
        service: 'entra',
        hosts: ['localhost'],
        handle: (request) => world.entra.handle({ ...request, host: 'login.microsoftonline.com' }),
      });
      const activeDirectoryAuthority = `https://localhost:${entra.port}/`;
      const { name: connection } = await world.addConnection({
        name: `other-${node}`,
        data: { activeDirectoryAuthority },
      });
      const machine = { NODE_EXTRA_CA_CERTS: otherCaFile };
      const both = await stage.run({ node, connection, machine });
      assertProperEnd(world, both);
      assert.equal(both.code, undefined, log(both));
      assert.deepEqual([both.requests.length, entra.requests.length], [1, 1]);
      // The control: either file alone is not enough.
      const agentOnly = await stage.run({ node, connection });
      assert.equal(agentOnly.code, 'TLS_CERTIFICATE_UNTRUSTED');
      const machineOnly = await stage.run({ node, connection, machine, certificates: {} });
      assert.equal(machineOnly.code, 'TLS_CERTIFICATE_UNTRUSTED');
      await entra.close();
    });

    it(`of the proxy and of the hosts may come from different files, Node ${node}`, async () => {
      const stage = stageOf('proxied');
      const front = await startTlsFront(await other.issue('localhost'), stage.world.proxy.port);
      const proxy = { url: `https://localhost:${front.port}` };
      const run = await stage.run({
        node,
        proxy,
        machine: { NODE_EXTRA_CA_CERTS: otherCaFile },
      });
      await front.close();
      assertProperEnd(stage.world, run);
      assert.equal(run.code, undefined, log(run));
    });
  }

  it('are said to be checked when the agent is told not to, also where they are good', async () => {
    const stage = stageOf('proxied');
    const { caFile } = stage.world;
    const run = await stage.run({ certificates: { caFile, skipValidation: true } });
    assertProperEnd(stage.world, run);
    assert.match(
      log(run),
      /told not to check TLS certificates; this task checks them all the same/,
    );
  });

  for (const [what, prepare, why] of [
    ['is missing', async () => 'missing.pem', 'ENOENT'],
    [
      'is a folder',
      async () => {
        await mkdir(join(folder, 'folder.pem'), { recursive: true });
        return 'folder.pem';
      },
      'EISDIR',
    ],
    [
      'is not PEM',
      async () => {
        await writeFile(join(folder, 'text.pem'), 'Ask the help desk for the certificate.');
        return 'text.pem';
      },
      'no certificates in PEM form',
    ],
    [
      'is broken PEM',
      async () => {
        const pem = '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n';
        await writeFile(join(folder, 'broken.pem'), pem);
        return 'broken.pem';
      },
      'no certificates in PEM form',
    ],
  ] as const) {
    for (const way of ways) {
      it(`fail before any request when the agent's file ${what}, ${way}`, async () => {
        const stage = stageOf(way);
        const name = await prepare();
        const connects = stage.world.proxy.connects.length;
        const run = await stage.run({ certificates: { caFile: join(folder, name) } });
        assertProperEnd(stage.world, run);
        assert.deepEqual([run.code, run.requests.length], ['CA_FILE_UNREADABLE', 0], log(run));
        assert.equal(stage.world.proxy.connects.length, connects);
        assert.ok(log(run).includes(name) && log(run).includes(why), log(run));
        // The usual cause: the agent's path does not exist in the container of the job.
        assert.match(log(run), /container job/);
      });
    }
  }

  it('are trusted by what is left of a file with a damaged certificate in front', async () => {
    const { world } = stageOf('proxied');
    const caFile = join(folder, 'half.pem');
    const broken = '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n';
    await writeFile(caFile, broken + world.authority.certificatePem.replaceAll('\n', '\r\n'));
    const run = await stageOf('proxied').run({ certificates: { caFile } });
    assertProperEnd(world, run);
    assert.equal(run.code, undefined, log(run));
  });

  it('are not asked for by what does not speak TLS', async () => {
    const stage = stageOf('direct');
    const server = createServer((_, response) => response.end('no TLS here'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const host = `localhost:${(server.address() as AddressInfo).port}`;
    const { name: connection } = await stage.world.addConnection({
      name: 'no-tls',
      data: { activeDirectoryAuthority: `https://${host}/` },
    });
    const run = await stage.run({ connection });
    server.close();
    assertProperEnd(stage.world, run);
    assert.equal(run.code, 'TLS_HANDSHAKE_FAILED', log(run));
    assert.ok(log(run).includes(`The connection to ${host} failed: what answers there`), log(run));
    assert.ok(!log(run).includes('trying again'));
  });
});
