import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toCommandFiles } from '../../../tasks/EntraSignIn/EntraSignInV1/src/command-files.ts';

describe('toCommandFiles', () => {
  it('makes a script for sh that hands every argument on as it is, from any folder', () => {
    const root = mkdtempSync(join(tmpdir(), 'command-'));
    try {
      const folder = join(root, 'it\'s "a" $(folder) `here`');
      mkdirSync(folder);
      const script = join(folder, 'print.cjs');
      writeFileSync(script, 'console.log(JSON.stringify(process.argv.slice(2)))');
      const [file] = toCommandFiles({
        node: process.execPath,
        script,
        sessionFolder: folder,
        isWindows: false,
      });
      const path = join(root, file?.path ?? '');
      writeFileSync(path, file?.content ?? '');
      chmodSync(path, 0o700);
      const words = ['--resource', 'a b', '"', "'", '$HOME', '', '*'];
      const env = { NODE_OPTIONS: '--require /nowhere.js', NODE_DEBUG: 'fs' };
      const output = execFileSync(path, words, { encoding: 'utf8', env });
      assert.deepEqual(JSON.parse(output), [folder, ...words]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('makes one for cmd and PowerShell too on Windows, and slashes for the sh of Git', () => {
    const files = toCommandFiles({
      node: 'C:\\agent\\node.exe',
      script: 'C:\\100% agent\\command.cjs',
      sessionFolder: 'C:\\agent\\_temp\\s',
      isWindows: true,
    });
    assert.deepEqual(
      files.map(({ path }) => path),
      ['entra-token', 'entra-token.cmd'],
    );
    const [shell, batch] = files.map(({ content }) => content);
    assert.match(
      shell ?? '',
      / exec 'C:\/agent\/node\.exe' 'C:\/100% agent\/command\.cjs' 'C:\/agent\/_temp\/s' "\$@"\n$/,
    );
    assert.equal(
      batch,
      [
        '@echo off',
        'setlocal',
        'set "NODE_OPTIONS="',
        'set "NODE_DEBUG="',
        '"C:\\agent\\node.exe" "C:\\100%% agent\\command.cjs" "C:\\agent\\_temp\\s" %*',
        '',
      ].join('\r\n'),
    );
  });
});
