import assert from 'node:assert/strict';
import type {
  Collaborators,
  SessionFolder,
} from '../../../../tasks/EntraSignIn/EntraSignInV1/src/keeper/collaborators.ts';
import { run } from '../../../../tasks/EntraSignIn/EntraSignInV1/src/keeper/run.ts';
import type {
  KeeperMessage,
  StepMessage,
} from '../../../../tasks/EntraSignIn/EntraSignInV1/src/session/messages.ts';
import type { Ended } from '../../../../tasks/EntraSignIn/EntraSignInV1/src/session/status.ts';
import { TaskError } from '../../../../tasks/common/errors/task-error.ts';
import { createJwt } from '../../fixtures.ts';

const start = Date.parse('2026-12-01T10:00:00Z');
const minuteMs = 60_000;

const settings: Extract<StepMessage, { kind: 'settings' }> = {
  kind: 'settings',
  settings: {
    folder: '/temp/session',
    oidcUrl: 'https://dev.azure.com/contoso/oidctoken',
    connectionId: 'connection',
    jobToken: 'job',
    identity: {
      authorityHost: 'https://login.microsoftonline.com',
      tenantId: 'tenant',
      clientId: 'client',
      cloud: 'AzureCloud',
    },
    network: { proxies: {}, caFile: undefined },
  },
};
const assertionAt = (ms: number): string =>
  createJwt({ iat: Math.floor(ms / 1000), exp: Math.floor(ms / 1000) + 600 });
const proof: StepMessage = {
  kind: 'proof',
  proof: {
    assertion: assertionAt(start),
    token: {
      value: 'token',
      scope: 'https://vault.azure.net/.default',
      obtainedOn: start,
      expiresOn: start + 60 * minuteMs,
    },
  },
};

/** A keeper in a world where time passes only while everybody sleeps. */
class World {
  nowMs = start;
  requests = 0;
  readonly files = new Map<string, string>();
  readonly said: KeeperMessage[] = [];
  /** What happened at its pipe and its port, in order. */
  readonly heard: string[] = [];
  /** Why the system lets it not listen. */
  refusal: Error | undefined;
  word: Ended | undefined;
  isThere = true;
  isAfterThere = true;
  request: () => Promise<string> = async () => assertionAt(this.nowMs);
  readonly #ending = new AbortController();
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  async live(messages: readonly StepMessage[]): Promise<void> {
    const queue = [...messages];
    const folder: SessionFolder = {
      exists: () => this.isThere,
      write: async (name, text) => void this.files.set(name, text),
      leaveWord: async (ended) => void (this.word = ended),
      remove: async () => {
        this.isThere = false;
        this.files.clear();
      },
      removeAll: async () => {
        await folder.remove();
        this.isAfterThere = false;
      },
    };
    const collaborators: Collaborators = {
      step: {
        next: async (kind) => {
          const message = queue.shift();
          this.heard.push(message?.kind ?? 'nothing');
          return message?.kind === kind ? (message as never) : undefined;
        },
        say: (message) => void this.said.push(message),
        close: () => undefined,
      },
      openFolder: () => folder,
      connect: () => ({
        requestAssertion: async () => {
          this.requests += 1;
          return this.request();
        },
        exchangeToken: async () => Promise.reject(new Error('Nobody asks.')),
      }),
      createKey: () => 'key',
      listen: async () => {
        this.heard.push('listen');
        if (this.refusal !== undefined) throw this.refusal;
        return { port: 1, close: async () => void this.heard.push('close') };
      },
      retryWithin: () => async (_, operation) => operation(),
      now: () => new Date(this.nowMs),
      random: () => 0.5,
      sleep: async (ms) =>
        new Promise((resolve) => {
          if (this.#ending.signal.aborted) resolve();
          else this.#sleepers.push({ at: this.nowMs + ms, wake: resolve });
        }),
      end: (reason) => {
        this.#ending.abort(reason);
        for (const { wake } of this.#sleepers.splice(0)) wake();
      },
      ending: this.#ending.signal,
      pid: 1,
    };
    let isOver = false;
    const life = run(collaborators).finally(() => (isOver = true));
    // Everybody who is awake acts, then time goes on to the next who sleeps.
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return life;
      const [next] = this.#sleepers.toSorted((a, b) => a.at - b.at);
      if (next === undefined) continue;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.nowMs = Math.max(this.nowMs, next.at);
      next.wake();
    }
  }
}

describe('the keeper', () => {
  it('removes everything when the step ends before it says go', async () => {
    for (const messages of [[settings], [settings, proof]]) {
      const world = new World();
      await world.live(messages);
      assert.deepEqual([world.isThere, world.isAfterThere], [false, false]);
      assert.equal(world.requests, 0);
    }
  });

  it('listens before the proof is there, and no longer than it lives', async () => {
    for (const messages of [[settings], [settings, proof]]) {
      const world = new World();
      await world.live(messages);
      assert.deepEqual(world.heard, [
        'settings',
        'listen',
        ...(messages.length > 1 ? ['proof'] : []),
        'nothing',
        'close',
      ]);
    }
  });

  it('tells in answer to the proof that it cannot listen, and leaves nothing', async () => {
    const world = new World();
    world.refusal = new TaskError('KEEPER_NOT_STARTED', 'EMFILE');
    await world.live([settings, proof, { kind: 'go' }]);
    assert.deepEqual(world.said, [
      { kind: 'failed', code: 'KEEPER_NOT_STARTED', message: 'EMFILE' },
    ]);
    assert.deepEqual(world.heard, ['settings', 'listen', 'proof']);
    assert.deepEqual([world.isThere, world.isAfterThere], [false, false]);
  });

  it('does nothing without settings', async () => {
    const world = new World();
    await world.live([]);
    assert.deepEqual([world.isThere, world.said], [true, []]);
  });

  it('says that it is ready only when the assertion and the endpoint are there', async () => {
    const world = new World();
    world.request = async () => {
      world.isThere = false;
      return assertionAt(world.nowMs);
    };
    await world.live([settings, proof, { kind: 'go' }]);
    assert.deepEqual(world.said, [{ kind: 'ready', port: 1, key: 'key' }]);
  });

  it('asks once a minute, and ends after a day', async function () {
    this.timeout(60_000);
    const world = new World();
    await world.live([settings, proof, { kind: 'go' }]);
    assert.equal(world.nowMs - start, 24 * 60 * minuteMs);
    assert.ok(Math.abs(world.requests - 24 * 60) <= 1, `${world.requests} requests`);
    assert.equal(world.word?.reason, 'day-over');
    assert.deepEqual([world.isThere, world.isAfterThere], [false, true]);
  });

  it('goes on for hours while Azure DevOps is not there', async function () {
    this.timeout(60_000);
    const world = new World();
    const backMs = start + 180 * minuteMs;
    world.request = async () => {
      if (world.nowMs > backMs + minuteMs) world.isThere = false;
      if (world.nowMs >= backMs) return assertionAt(world.nowMs);
      throw new TaskError('AZURE_DEVOPS_UNAVAILABLE', 'x');
    };
    await world.live([settings, proof, { kind: 'go' }]);
    // Every 16 s on the average, and for a while more often.
    assert.ok(world.requests > 600 && world.requests < 800, `${world.requests} requests`);
    assert.equal(world.word, undefined, 'Where the folder is gone, no word is left.');
  });
});
