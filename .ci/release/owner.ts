import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

/** What is the owner's of this project, and stands once in package.json. */
export interface Owner {
  /** Where the repository is: `https://github.com/<owner>/<repository>`. */
  readonly homepage?: string | undefined;
  /** The publisher on the Marketplace, whose page of the extension the documentation links to. */
  readonly publisher?: string | undefined;
}

/** The address of the extension's page on the Marketplace. */
const toMarketplace = (publisher: string): string =>
  `https://marketplace.visualstudio.com/items?itemName=${publisher}.entra-token`;

/**
 * Gives the project another owner: the addresses in package.json, and in every tracked text that repeats them.
 * Resolves to the files that changed; throws, and changes nothing, when a value is wrong or none is given.
 */
export async function setOwner(
  root: string,
  { homepage, publisher }: Owner,
): Promise<readonly string[]> {
  if (homepage === undefined && publisher === undefined) {
    throw new Error(
      'Nothing to set: --homepage https://github.com/<owner>/<repository>, --publisher <publisher>, or both.',
    );
  }
  if (homepage !== undefined && !/^https:\/\/[\w.-]+(?:\/[\w.-]+)+$/.test(homepage)) {
    throw new Error(`"${homepage}" is not an address such as https://github.com/owner/repository.`);
  }
  if (publisher !== undefined && !/^[a-z\d][a-z\d-]*$/i.test(publisher)) {
    throw new Error(
      `"${publisher}" is not the ID of a publisher: letters, digits and -, such as contoso.`,
    );
  }
  const before = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly homepage: string;
    readonly marketplace: string;
  };
  const changed = [
    ...(homepage === undefined ? [] : await replaceEverywhere(root, before.homepage, homepage)),
    ...(publisher === undefined
      ? []
      : await replaceEverywhere(root, before.marketplace, toMarketplace(publisher))),
  ];
  return [...new Set(changed)];
}

/** Replaces a text in every tracked file that has it; resolves to those files. */
async function replaceEverywhere(root: string, before: string, after: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('git', ['grep', '-lIzF', '--', before], {
    cwd: root,
  });
  const files = stdout.split('\0').filter((file) => file !== '');
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    await writeFile(join(root, file), text.replaceAll(before, after));
  }
  return files;
}

if (process.argv[1] === import.meta.filename) {
  try {
    const { values } = parseArgs({
      options: { homepage: { type: 'string' }, publisher: { type: 'string' } },
    });
    console.log((await setOwner(join(import.meta.dirname, '..', '..', '..'), values)).join('\n'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
