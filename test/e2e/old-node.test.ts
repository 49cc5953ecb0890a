import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseCommand } from '../local/agent/command.ts';
import { requireOldNode } from '../local/nodes.ts';
import { localTask } from '../local/local-package.ts';
import { readExample } from './support/documentation.ts';

// Those that agents fall back to, or that a container brings along.
for (const version of ['16.20.2', '18.20.8']) {
  describe(`On Node.js ${version}`, function () {
    this.timeout(120_000);
    for (const task of ['EntraToken', 'EntraSignIn'] as const) {
      it(`${task} says what it needs, and nothing else`, async function () {
        let path: string;
        try {
          ({ path } = await requireOldNode(version));
        } catch (error) {
          console.log(`      Node.js ${version} was not run: ${(error as Error).message}`);
          return this.skip();
        }
        const bundle = join(localTask(task), 'main.cjs');
        const child = spawn(path, [bundle], { env: {} });
        let stdout = '';
        let stderr = '';
        child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
        const [code] = (await once(child, 'close')) as [number];
        assert.deepEqual([code, stderr], [0, '']);
        const commands = stdout.trim().split('\n').map(parseCommand);
        assert.deepEqual(
          commands.map((command) => [command?.area, command?.event]),
          [
            ['task', 'issue'],
            ['task', 'complete'],
          ],
        );
        const [issue, complete] = commands;
        assert.equal(issue?.properties.get('type'), 'error');
        assert.equal(complete?.properties.get('result'), 'Failed');
        assert.equal(complete?.data, 'NODE_TOO_OLD');
        const message = issue?.data ?? '';
        assert.ok(message.includes(`on Node.js ${version}; it needs 20 or later`), message);
        assert.match(message, /\nWhat to do: Update the agent .*\nNODE_TOO_OLD: https:/s);
        for (const part of readExample('NODE_TOO_OLD')) {
          assert.ok(message.includes(part.replace('16.20.2', version)), part);
        }
        return undefined;
      });
    }
  });
}
