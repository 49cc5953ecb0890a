import type { TokenRequest } from '../../../../common/access-token/access-token.ts';
import type { HttpAnswer } from '../../../../common/network/send-request.ts';
import { createExchangeToken, loadLibrary } from './entra.ts';

/**
 * Loads the library and practises an exchange with an answer from memory: 10 ms of compiling that the exchange then
 * need not wait for. It sends, says and keeps nothing. Resolves to whether it came to its end; what fails in it is
 * left for the exchange to find and tell.
 */
export async function practise(): Promise<boolean> {
  try {
    await loadLibrary();
    // The library would tell its log of an exchange that never was.
    if (process.env['AZURE_LOG_LEVEL'] || process.env['DEBUG']) return false;
    // The round trips that are under way go first.
    await new Promise((resolve) => setImmediate(resolve));
    await createExchangeToken(async () => practiceAnswer)(practiceRequest);
    return true;
  } catch {
    return false;
  }
}

const practiceRequest: TokenRequest = {
  authorityHost: 'https://practice.invalid',
  tenantId: 'practice',
  clientId: 'practice',
  scope: 'practice/.default',
  assertion: 'practice',
};
const practiceAnswer: HttpAnswer = {
  status: 200,
  headers: {},
  body: '{"token_type":"Bearer","expires_in":3600,"access_token":"practice"}',
};
