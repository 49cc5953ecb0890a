import { build, type Metafile, type Plugin } from 'esbuild';
import { join } from 'node:path';
import { leftOut, toVault } from './left-out.ts';
import { toLibraryBundle } from './tasks.ts';

// Of package.json only what the task says of itself; the rest is nobody's business.
const manifestFields: Plugin = {
  name: 'manifest-fields',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]package\.json$/ }, async ({ path, with: attributes }) => {
      if (attributes['type'] !== 'json') return undefined;
      const { default: manifest } = (await import(path, { with: { type: 'json' } })) as {
        default: Record<string, unknown>;
      };
      const { name, version, homepage } = manifest;
      return { loader: 'json', contents: JSON.stringify({ name, version, homepage }) };
    });
  },
};

// A file of its own for each library, beside the process: what is not loaded is not even read, and what is
// loaded later is not parsed before.
const libraries: Plugin = {
  name: 'libraries',
  setup(bundler) {
    bundler.onResolve({ filter: /[\\/]libraries[\\/][\w-]+\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import'
        ? { path: `./${toLibraryBundle(path)}`, external: true }
        : undefined,
    );
  },
};

/**
 * Bundles one part of a task into one CommonJS file, with a source map beside it where one is asked for; returns what
 * went into it.
 */
export async function bundlePart(
  root: string,
  entryPoint: string,
  outfile: string,
  { sourceMap = false } = {},
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    // Names of our own stay as they are, for the traces of a fault.
    minifyIdentifiers: /[\\/]libraries[\\/]/.test(entryPoint),
    legalComments: 'none',
    metafile: true,
    sourcemap: sourceMap && 'external',
    logLevel: 'warning',
    plugins: [manifestFields, toVault(root), leftOut, libraries],
    // `require` in place of `import()`, which would start the loader of ES modules.
    supported: { 'dynamic-import': false },
    // The client library asks whether a body is one; on Node 20 the mere question loads the whole of
    // fetch, 12 ms and 7 MB.
    define: { FormData: 'undefined' },
    // The one credential, not the package with all of them: what is not loaded costs nothing.
    alias: {
      '@azure/identity': join(
        root,
        'node_modules/@azure/identity/dist/esm/credentials/clientAssertionCredential.js',
      ),
    },
  });
  return metafile;
}
