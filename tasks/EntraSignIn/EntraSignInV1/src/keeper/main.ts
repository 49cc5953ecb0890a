import { setTimeout as sleepFor } from 'node:timers/promises';
import { createFormExchange } from '../../../../common/access-token/exchange-token.ts';
import { requestAssertionAt } from '../../../../common/assertion/oidc-endpoint.ts';
import { clock } from '../../../../common/network/adapters/clock.ts';
import { createHttps } from '../../../../common/network/adapters/https.ts';
import { readTrust } from '../../../../common/network/adapters/trust.ts';
import { createRetry } from '../../../../common/network/retry.ts';
import type { EndReason } from '../session/status.ts';
import { createKey, listen } from './adapters/loopback.ts';
import { openSessionFolder } from './adapters/session-folder.ts';
import { openStepPipe } from './adapters/step-pipe.ts';
import type { Services } from './collaborators.ts';
import { run } from './run.ts';
import type { Settings } from '../session/settings.ts';

/** One exchange with all its retries may take this long; a client waits for it. */
const exchangeLimitMs = 60_000;

async function main(): Promise<void> {
  const controller = new AbortController();
  const ending = controller.signal;
  const end = (reason: EndReason): void => controller.abort(reason);
  process.noDeprecation = true;
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => end('terminated'));
  }
  // Nobody reads what it writes, so a fault of its own ends it in order and is told by the command.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, () => end('crashed'));
  }
  const time = clock(ending);

  function connect({ network, identity, oidcUrl, connectionId, jobToken }: Settings): Services {
    const { sendRequest } = createHttps({
      proxyFor: ({ origin }) => {
        const proxy = network.proxies[origin];
        return proxy && { ...proxy, url: new URL(proxy.url) };
      },
      readTrust: async () => readTrust(network.caFile),
      remainingMs: () => Infinity,
      signal: ending,
      debug: () => undefined,
    });
    const exchange = createFormExchange(sendRequest, () => crypto.randomUUID());
    return {
      requestAssertion: async (timeoutMs) =>
        requestAssertionAt(
          sendRequest,
          new URL(oidcUrl),
          { connectionId, jobToken },
          { timeoutMs },
        ),
      exchangeToken: async (assertion, scope) => exchange({ ...identity, scope, assertion }),
    };
  }

  try {
    await run({
      step: openStepPipe(),
      openFolder: openSessionFolder,
      connect,
      createKey,
      listen,
      retryWithin: () => createRetry(time, time.now() + exchangeLimitMs, () => undefined),
      now: () => new Date(),
      random: () => Math.random(),
      sleep: async (ms) => sleepFor(ms, undefined, { signal: ending }).catch(() => undefined),
      end,
      ending,
      pid: process.pid,
    });
  } finally {
    end('told');
    // A name look-up or a connection that is still being made would hold the process.
    process.exit(0);
  }
}

void main();
