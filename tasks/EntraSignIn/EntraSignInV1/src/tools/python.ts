import { toFeedProgram } from './feeds.ts';
import type { Tool } from './tool.ts';

/**
 * pip and uv: both ask a program `keyring` on the path for the password of an address that has a user name
 * (pip.pypa.io/en/stable/topics/authentication, "Keyring Support"; docs.astral.sh/uv, "keyring-provider").
 */
export const python: Tool = {
  name: 'python',
  usesAzureDevOps: true,
  rivals: [],
  setUp: (signIn) => ({
    variables: [
      { name: 'PIP_KEYRING_PROVIDER', value: 'subprocess' },
      { name: 'UV_KEYRING_PROVIDER', value: 'subprocess' },
    ],
    files: toFeedProgram('keyring', 'keyring', signIn),
  }),
  describe: () => 'pip and uv with https://EntraToken@pkgs.dev.azure.com/... as the index',
};
