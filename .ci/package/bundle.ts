import { build, type Metafile, type Plugin } from 'esbuild';
import { basename, join } from 'node:path';
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

// Modules that the vendors' libraries load and no step calls, and what stands in their place. An empty one fails
// loudly if it is ever called: every end-to-end test would.
const empty = 'export default {};';
const leftOutModules: Readonly<Record<string, string>> = {
  // Signs assertions with a certificate, which a service connection of this task never has. It would be
  // a quarter of the client library's weight, loaded in every step.
  jsonwebtoken: empty,
  // Opens a browser for people to sign in.
  open: empty,
  // The client library makes an agent for each request; our HTTP stack opens the tunnels itself. 5 ms.
  'http-proxy-agent': 'export class HttpProxyAgent {}',
  'https-proxy-agent': 'export class HttpsProxyAgent {}',
  // What `debug` takes if it happens to be there: our development tools have it, the task needs it not.
  'supports-color': empty,
};
/** The same for modules that only the task library's copy is left out of. */
const leftOutOfTaskLibrary: Readonly<Record<string, string>> = {
  // Finds files and runs programs, which no step does by the task library.
  minimatch: empty,
  './toolrunner': empty,
  child_process: empty,
  // Asked at the start whether Node is older than 4.2; the step itself has asked for 20 by then.
  semver: 'export const lt = () => false;',
};
/** The same for what Entra's library has beside the exchange of an assertion: a quarter of its weight. */
const leftOutOfEntraLibrary: Readonly<Record<string, string>> = {
  // An HTTP stack of its own.
  './nodeHttpClient.js': 'export const createNodeHttpClient = undefined;',
  // Other ways to sign in; each file is named after its class.
  ...Object.fromEntries(
    [
      './client/PublicClientApplication',
      './client/ManagedIdentityApplication',
      './client/AuthorizationCodeClient',
      './client/RefreshTokenClient',
      './client/SilentFlowClient',
      './cache/distributed/DistributedCachePlugin',
      './OnBehalfOfClient',
      './UsernamePasswordClient',
      './UserFederatedIdentityCredentialClient',
    ].map((module) => [`${module}.mjs`, `export class ${basename(module)} {}`]),
  ),
};
/** What is left out, and by whom it is asked for: a path alone could be anybody's. */
const leavings: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
  [leftOutModules, /./],
  [leftOutOfTaskLibrary, /[\\/]azure-pipelines-task-lib[\\/]/],
  [leftOutOfEntraLibrary, /[\\/](?:msal-node|msal-common|ts-http-runtime)[\\/]/],
];
const leftOut: Plugin = {
  name: 'left-out',
  setup(bundler) {
    bundler.onResolve({ filter: /./ }, ({ path, importer }) => {
      const leaving = leavings.find(([modules, asker]) => path in modules && asker.test(importer));
      return leaving && { path, namespace: 'left-out', pluginData: leaving[0][path] };
    });
    bundler.onLoad({ filter: /./, namespace: 'left-out' }, ({ pluginData }) => ({
      contents: pluginData as string,
    }));
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

/** Bundles one part of a task into one CommonJS file; returns what went into it. */
export async function bundlePart(
  root: string,
  entryPoint: string,
  outfile: string,
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
    logLevel: 'warning',
    plugins: [manifestFields, leftOut, libraries],
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
