import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { showFailures } from '../local/doctor.ts';
import { repository } from '../local/repository.ts';

const cli = join(repository, 'out', 'test', 'local', 'cli.js');

const run = async (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args]);

describe('npm start -- --doctor', () => {
  it('shows each failure under a heading, as the masked log has it', async () => {
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const unexpected = await showFailures({ node: '24', debug: false, part: 'uses_', print });
    assert.deepEqual(unexpected, []);
    const text = lines.join('\n');
    assert.match(text, /^#+\n# The service connection and the job$/m);
    assert.match(
      text,
      /^--- 1 of 3: A connection with a client secret \(CONNECTION_USES_SECRET\)$/m,
    );
    assert.match(
      text,
      /^##\[error\]The service connection "[0-9a-f-]{36}" signs in with a client/m,
    );
    assert.match(text, /^What to do: .+\nCONNECTION_USES_CERTIFICATE: https:/m);
    assert.match(text, /^3 failures, 0 of them with another code than expected\.$/m);
    assert.doesNotMatch(text, /^(?:Task|Version) +:|Starting:/m);
  });

  it('says so when no code has the word in it', async () => {
    await assert.rejects(
      showFailures({ node: '24', debug: false, part: 'nonsense', print: () => undefined }),
      /No failure has a code with 'nonsense' in it\./,
    );
  });

  it('is told by the help, and takes no package of somebody else', async () => {
    assert.match((await run('--help')).stdout, /--doctor/);
    await assert.rejects(
      run('--doctor', '--vsix', 'x'),
      /--doctor packages the extension itself\./,
    );
  });
});
