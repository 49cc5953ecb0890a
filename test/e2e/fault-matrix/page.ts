import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../local/repository.ts';
import { createCells, toExpected } from './cells.ts';
import { toTable } from './table.ts';

/** The page of the documentation that shows the matrix. */
export const pageFile = join(repository, 'docs', 'fault-matrix.md');

/** The page, from what the tests expect: `npm run test:full` fails where anything else comes out. */
export function toPage(): string {
  const rows = createCells(true).map((cell) => ({ ...cell, result: toExpected(cell) }));
  return `# Fault matrix

What becomes of a step when one thing goes wrong with one of its two requests. \`npm run test:full\` makes each fault happen over real sockets to the packaged task, through the agent's proxy and directly, on both versions of Node, checks that nothing leaks, and prints this table. \`npm run matrix\` writes this page.

- **Happens:** \`once\` is gone at the next try; \`always\` stays.
- **Outcome:** \`recovered\` and \`succeeded\` set the token, after more than one try or in spite of the fault. Anything else is the [error code](troubleshooting.md), and nothing is set.
- **Tries:** requests as the service counted them; for a certificate, and where the proxy lets nothing through, attempts to connect.

${toTable(rows)}
`;
}

if (process.argv[1] === import.meta.filename) await writeFile(pageFile, toPage());
