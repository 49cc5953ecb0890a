import type { Plugin } from 'esbuild';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

const { messages } = createRequire(import.meta.url)('azure-pipelines-task-lib/lib-resource.js') as {
  messages: Readonly<Record<string, string>>;
};
const taskLibrary = /[\\/]azure-pipelines-task-lib[\\/]/;

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
  // Finds files, runs programs and prints what they say, which no step does by the task library.
  minimatch: empty,
  './toolrunner': empty,
  './externaloutput': empty,
  child_process: empty,
  // The same texts in ten languages: a quarter of the bundle. English is enough, as it is for ours.
  './lib-resource': `export const messages = ${JSON.stringify(messages)};`,
  // For the REST client's own HTTP stack, which no step uses, it encrypts the passwords of the agent's proxy and client
  // certificate, and writes the key to a file.
  crypto:
    "const text = () => ''; export const randomBytes = text, createCipheriv = () => ({ update: text, final: text });",
  fs: 'export const writeFileSync = () => {};',
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
  [leftOutOfTaskLibrary, taskLibrary],
  [leftOutOfEntraLibrary, /[\\/](?:msal-node|msal-common|ts-http-runtime)[\\/]/],
];
/** Leaves those modules out of a bundle. */
export const leftOut: Plugin = {
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

/** Puts our own vault in the place of the task library's. */
export const toVault = (root: string): Plugin => ({
  name: 'vault',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/vault$/ }, ({ importer }) =>
      taskLibrary.test(importer) ? { path: join(root, 'tasks/common/agent/vault.ts') } : undefined,
    );
  },
});
