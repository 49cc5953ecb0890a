import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Moves the project to another address: package.json's homepage, and every tracked text that repeats it.
 * Resolves to the files that changed; throws when the address is none.
 */
export async function moveHomepage(root: string, address: string): Promise<readonly string[]> {
  if (!/^https:\/\/[\w.-]+(?:\/[\w.-]+)+$/.test(address)) {
    throw new Error(`"${address}" is not an address such as https://github.com/owner/repository.`);
  }
  const { homepage } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    homepage: string;
  };
  const files = await listFilesWith(root, homepage);
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    await writeFile(join(root, file), text.replaceAll(homepage, address));
  }
  return files;
}

/** Tracked text files that contain a text. */
async function listFilesWith(root: string, text: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('git', ['grep', '-lIzF', '--', text], { cwd: root });
  return stdout.split('\0').filter((file) => file !== '');
}

if (process.argv[1] === import.meta.filename) {
  const [address = ''] = process.argv.slice(2);
  try {
    console.log(
      (await moveHomepage(join(import.meta.dirname, '..', '..', '..'), address)).join('\n'),
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
