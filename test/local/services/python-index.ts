import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';

/** A simple index with one package, `contoso-greeting`, by address (PEP 503; wheels: PEP 427). */
export function createPythonIndex(address: string): Record<string, string | Uint8Array> {
  const wheel = createWheel();
  const file = 'contoso_greeting-1.0.0-py3-none-any.whl';
  const hash = createHash('sha256').update(wheel).digest('hex');
  return {
    [`${address}/simple/`]:
      '<html><body><a href="contoso-greeting/">contoso-greeting</a></body></html>',
    [`${address}/simple/contoso-greeting/`]: `<html><body><a href="../../download/${file}#sha256=${hash}">${file}</a></body></html>`,
    [`${address}/download/${file}`]: wheel,
  };
}

function createWheel(): Uint8Array {
  const info = 'contoso_greeting-1.0.0.dist-info';
  const files: Record<string, string> = {
    'contoso_greeting.py': 'TEXT = "Hello from the feed"\n',
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: contoso-greeting\nVersion: 1.0.0\n',
    [`${info}/WHEEL`]:
      'Wheel-Version: 1.0\nGenerator: local\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  // The hashes in the record are optional for its own line alone, but sizes are enough for pip.
  const record = [...Object.keys(files), `${info}/RECORD`].map((path) => `${path},,\n`).join('');
  return zipSync(
    Object.fromEntries(
      Object.entries({ ...files, [`${info}/RECORD`]: record }).map(([path, content]) => [
        path,
        strToU8(content),
      ]),
    ),
  );
}
