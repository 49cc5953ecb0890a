import { build, type Metafile, type Plugin } from 'esbuild';

/** The entry point of the task, and of the one file that it is shipped as. */
const entryPoint = 'tasks/EntraToken/EntraTokenV1/src/main.ts';

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

/** Bundles the task into one CommonJS file; returns what went into it. */
export async function bundleTask(root: string, outfile: string): Promise<Metafile> {
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
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [manifestFields],
  });
  return metafile;
}
