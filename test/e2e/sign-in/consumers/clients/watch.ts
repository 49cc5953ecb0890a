import { DefaultAzureCredential } from '@azure/identity';
import { setTimeout as sleep } from 'node:timers/promises';

// One long-lived process with one credential, as a server or a long deployment is.
const [seconds = '', ...scopes] = process.argv.slice(2);
const credential = new DefaultAzureCredential();
const end = Date.now() + Number(seconds) * 1000;
while (Date.now() < end) {
  for (const scope of scopes) {
    const at = new Date().toISOString();
    try {
      const { expiresOnTimestamp } = await credential.getToken(scope);
      const isGood = expiresOnTimestamp > Date.now();
      process.stdout.write(`${at} ${isGood ? 'ok' : 'expired'} ${scope}\n`);
    } catch (error) {
      const [code = 'unknown'] = /AADSTS\d+/.exec(String(error)) ?? [];
      process.stdout.write(`${at} failed ${scope} ${code}\n`);
    }
  }
  await sleep(15_000);
}
