// Compiles the sources into `out/` when they changed since the last time, after the set-up. Plain JavaScript
// without imports of packages, because it is among the first that runs in a fresh clone.
import './setup.mjs';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}out/.built-from`;

/** A digest that is another one when a source was added, removed or written. */
function describeSources() {
  const digest = createHash('sha256').update(process.version);
  const note = (path) => {
    const { size, mtimeMs } = statSync(root + path);
    digest.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const folder of ['tasks', 'test', '.ci']) {
    const files = readdirSync(root + folder, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /\.(?:ts|json)$/.test(name)).toSorted()) {
      note(`${folder}/${file}`);
    }
  }
  for (const file of ['package.json', 'tsconfig.json']) note(file);
  return digest.digest('hex');
}

function readStamp() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return '';
  }
}

const wanted = describeSources();
if (readStamp() !== wanted) {
  rmSync(`${root}out`, { recursive: true, force: true });
  const compiler = `${root}node_modules/.bin/tsc`;
  const { status, error } = spawnSync(compiler, ['-p', root], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, wanted);
}
