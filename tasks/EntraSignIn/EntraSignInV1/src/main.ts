import '../../../common/agent/adapters/before-start.ts';
import { join } from 'node:path';
import { createFormExchange } from '../../../common/access-token/exchange-token.ts';
import { startStep } from '../../../common/agent/adapters/start-step.ts';
import { requestAssertionAt } from '../../../common/assertion/oidc-endpoint.ts';
import { toOidcUrl } from '../../../common/assertion/oidc-address.ts';
import { jobChanges, readTemporaryFolder } from './adapters/job-changes.ts';
import { startKeeper } from './adapters/keeper-process.ts';
import { createMachine } from './adapters/machine.ts';
import { openSession } from './adapters/session.ts';
import { run } from './run.ts';

async function main(): Promise<void> {
  const { https, ...step } = startStep();
  const { sendRequest, connectEarly } = https;
  const over = new AbortController();
  await run({
    ...step,
    connectEarly,
    job: jobChanges,
    requestAssertion: async ({ address, ...request }) =>
      requestAssertionAt(sendRequest, toOidcUrl(address), request),
    exchangeToken: createFormExchange(sendRequest, () => crypto.randomUUID()),
    openSession: () => openSession(readTemporaryFolder(), join(__dirname, 'command.cjs')),
    startKeeper: (settings) => startKeeper(join(__dirname, 'keeper.cjs'), settings),
    machine: createMachine(AbortSignal.any([step.signal, over.signal])),
  });
  // A program that a failed step has no more use for.
  over.abort();
  https.close();
}

void main();
