import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEndpoint, type Endpoint } from '../endpoint.ts';
import { endFile, files, toAfterFolder } from '../files.ts';
import { parseEnded, type Ended } from '../status.ts';

/** The endpoint of a session; undefined where its folder is gone. */
export function readEndpoint(sessionFolder: string): Endpoint | undefined {
  const text = read(join(sessionFolder, files.endpoint));
  return text === undefined ? undefined : parseEndpoint(text);
}

/** What is left of a session that has ended by itself; undefined where there is nothing. */
export function readEnd(sessionFolder: string): Ended | undefined {
  const text = read(join(toAfterFolder(sessionFolder), endFile));
  return text === undefined ? undefined : parseEnded(text);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
