import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** The repository's folder; this file runs from `out/.ci/release/`. */
const root = join(import.meta.dirname, '..', '..', '..');

/** What is published, where, and who may see it. */
export interface PublishOptions {
  readonly vsix: string;
  /** The access token for Azure DevOps. */
  readonly token: string;
  /** Organisations that may install a private extension. */
  readonly shareWith?: readonly string[] | undefined;
  /** Default: the Visual Studio Marketplace. */
  readonly marketplace?: string | undefined;
}

/**
 * Publishes a package with `tfx`. The token goes to the question that `tfx` asks on its standard input,
 * so that no command line and no environment of another process holds it. Rejects when `tfx` fails.
 */
export async function publishExtension(options: PublishOptions): Promise<void> {
  const { vsix, token, shareWith = [] } = options;
  const { marketplace = 'https://marketplace.visualstudio.com' } = options;
  const sharing = shareWith.length === 0 ? [] : ['--share-with', ...shareWith];
  const { TOKEN: _, ...environment } = process.env;
  const tfx = spawn(
    process.execPath,
    [
      join(root, 'node_modules', 'tfx-cli', '_build', 'tfx-cli.js'),
      ...`extension publish --no-color --auth-type pat --service-url ${marketplace}`.split(' '),
      '--vsix',
      vsix,
      ...sharing,
    ],
    { env: environment, stdio: ['pipe', 'inherit', 'inherit'] },
  );
  tfx.stdin.end(`${token}\n`);
  const code = await new Promise<number | null>((resolve, reject) => {
    tfx.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Error(`tfx ended with exit code ${code ?? 'none'}.`);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      vsix: { type: 'string' },
      'share-with': { type: 'string', multiple: true },
      marketplace: { type: 'string' },
    },
  });
  const { TOKEN: token } = process.env;
  if (values.vsix === undefined || token === undefined || token === '') {
    throw new Error('Usage: TOKEN=<access token> node out/.ci/release/publish.js --vsix <file>');
  }
  await publishExtension({
    vsix: values.vsix,
    token,
    shareWith: values['share-with'],
    marketplace: values.marketplace,
  });
}
