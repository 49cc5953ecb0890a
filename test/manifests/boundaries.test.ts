import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from '../local/repository.ts';

const token = 'tasks/EntraToken/EntraTokenV1/src';
const signIn = 'tasks/EntraSignIn/EntraSignInV1/src';

/** A file, what it imports, and whether the linter lets it. */
const imports: readonly (readonly [file: string, module: string, isAllowed: boolean])[] = [
  ['tasks/common/text/x.ts', 'node:fs', false],
  ['tasks/common/text/x.ts', '@azure/identity', false],
  ['tasks/common/text/x.ts', './adapters/y.ts', false],
  ['tasks/common/text/x.ts', '../../EntraToken/EntraTokenV1/src/inputs.ts', false],
  ['tasks/common/text/x.ts', '../errors/task-error.ts', true],
  ['tasks/common/text/adapters/x.ts', 'node:fs', true],
  ['tasks/common/text/adapters/x.ts', '../../../EntraSignIn/EntraSignInV1/src/run.ts', false],
  [`${token}/run.ts`, 'azure-pipelines-task-lib/task.js', false],
  [`${token}/run.ts`, '../../../EntraSignIn/EntraSignInV1/src/inputs.ts', false],
  [`${token}/run.ts`, '../../../common/text/text.ts', true],
  [`${token}/adapters/x.ts`, '../run.ts', false],
  [`${token}/main.ts`, './adapters/x.ts', true],
  [`${signIn}/run.ts`, 'node:net', false],
  [`${signIn}/run.ts`, './adapters/x.ts', false],
  [`${signIn}/run.ts`, '../../../EntraToken/EntraTokenV1/src/inputs.ts', false],
  [`${signIn}/keeper/run.ts`, 'node:http', false],
  [`${signIn}/keeper/run.ts`, './adapters/loopback.ts', false],
  [`${signIn}/keeper/run.ts`, '../session/settings.ts', true],
  [`${signIn}/keeper/adapters/x.ts`, 'node:http', true],
  [`${signIn}/keeper/adapters/x.ts`, '../run.ts', false],
  [`${signIn}/keeper/main.ts`, './adapters/loopback.ts', true],
  [`${signIn}/keeper/main.ts`, '../../../../EntraToken/EntraTokenV1/src/run.ts', false],
  [`${signIn}/session/adapters/x.ts`, 'node:fs', true],
];

describe('The boundaries of the code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'boundaries-'));
  after(() => rmSync(folder, { recursive: true }));

  it('are held by the linter, each by a fault that is planted', () => {
    copyFileSync(join(repository, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const [index, [file, module]] of imports.entries()) {
      const path = join(folder, String(index), file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `import * as planted from '${module}';\nexport { planted };\n`);
    }
    const oxlint = join(repository, 'node_modules', 'oxlint', 'bin', 'oxlint');
    for (const [index, [file, module, isAllowed]] of imports.entries()) {
      const cwd = join(folder, String(index));
      copyFileSync(join(folder, '.oxlintrc.json'), join(cwd, '.oxlintrc.json'));
      const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'unix', file], {
        cwd,
        encoding: 'utf8',
      });
      assert.equal(
        /no-restricted-imports/.test(stdout),
        !isAllowed,
        `${file} imports ${module}:\n${stdout}`,
      );
    }
  });
});
