import '../../../common/agent/adapters/before-start.ts';
import { startStep } from '../../../common/agent/adapters/start-step.ts';
import { requestAssertionAt } from '../../../common/assertion/oidc-endpoint.ts';
import { createVerifyToken, requestAssertionByJob } from './adapters/azure-devops.ts';
import { createExchangeToken } from './adapters/entra.ts';
import { practise } from './adapters/practise.ts';
import { run } from './run.ts';

async function main(): Promise<void> {
  const { https, ...step } = startStep();
  const { sendRequest, connectEarly } = https;
  await run({
    ...step,
    connectEarly,
    requestAssertion: async ({ address, ...request }) =>
      address.kind === 'request-uri'
        ? requestAssertionAt(sendRequest, address.url, request, {
            onSent: () => void practise(),
          })
        : requestAssertionByJob(sendRequest, address, request),
    exchangeToken: createExchangeToken(sendRequest),
    verifyToken: createVerifyToken(sendRequest),
  });
  https.close();
}

void main();
