import manifest from '../../../../../package.json' with { type: 'json' };
import { readEnd, readEndpoint } from '../session/adapters/read-session.ts';
import { askKeeper } from '../session/adapters/keeper-client.ts';
import { run } from './run.ts';

async function main(): Promise<void> {
  const [sessionFolder = '', ...words] = process.argv.slice(2);
  // Whoever reads only the first line is no error: `entra-token | head -c 5`.
  process.stdout.on('error', () => process.exit(0));
  process.exitCode = await run({
    words,
    version: manifest.version,
    isPipeline: process.env['TF_BUILD'] !== undefined,
    readEndpoint: () => readEndpoint(sessionFolder),
    readEnd: () => readEnd(sessionFolder),
    ask: askKeeper,
    readStdin: async () => {
      let text = '';
      for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
      return text;
    },
    // Loaded only where they are used: a plain call is to be quick.
    readLines: async function* () {
      const { createInterface } = await import('node:readline');
      yield* createInterface({ input: process.stdin, crlfDelay: Infinity });
    },
    runNext: async (name, args) => {
      const { runNextProgram } = await import('./adapters/next-program.ts');
      return runNextProgram(name, args, sessionFolder);
    },
    print: (text) => void process.stdout.write(text),
    printError: async (text) =>
      new Promise((resolve) => {
        process.stderr.write(text, () => resolve());
      }),
  });
  // The connection to the keeper may stay open otherwise.
  process.stdout.write('', () => process.exit());
}

void main();
