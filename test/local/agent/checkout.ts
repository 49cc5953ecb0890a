import { join } from 'node:path';
import type { Endpoint } from './endpoint.ts';
import { requestFederatedToken, type FederatedWay } from './federated-token.ts';
import type { RepositoryResource } from './steps.ts';

/** The scheme, and where each one has user name and password (`Agent.Plugins/GitSourceProvider.cs:440-490`). */
export async function readRepositoryCredential(
  { authorization, ...endpoint }: Endpoint,
  way: FederatedWay,
): Promise<{ readonly username: string; readonly password: string }> {
  const { scheme, parameters } = authorization;
  const find = (key: string): string | undefined =>
    Object.entries(parameters).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  switch (scheme.toLowerCase()) {
    case 'token': {
      const accessToken = find('AccessToken');
      return accessToken === undefined
        ? { username: 'Token', password: find('apitoken') ?? '' }
        : { username: 'x-access-token', password: accessToken };
    }
    case 'usernamepassword':
      return { username: find('username') ?? '', password: find('password') ?? '' };
    case 'workloadidentityfederation':
      return {
        username: 'WorkloadIdentityFederation',
        password: await requestFederatedToken({ authorization, ...endpoint }, way),
      };
    // The job's own, and those with a PAT.
    default:
      return { username: scheme, password: find('AccessToken') ?? '' };
  }
}

/** Where the repository of a resource is: its name is `project/repository`, or one name for both. */
export function toRepositoryUrl({ name }: RepositoryResource, endpoint: Endpoint): string {
  const [project = '', repository = project] = name.split('/');
  const base = endpoint.url.replace(/\/$/, '');
  return `${base}/${encodeURIComponent(project)}/_git/${encodeURIComponent(repository)}`;
}

/** The folder that a repository is checked out into: below the sources, where the job checks out several. */
export function toCheckoutFolder(
  { name }: RepositoryResource,
  sources: string,
  isOneOfSeveral: boolean,
): string {
  return isOneOfSeveral ? join(sources, name.split('/').at(-1) ?? name) : sources;
}

/** Configuration for one run of git, with the credential for this address only, on no command line. */
export function toGitConfiguration(
  url: string,
  { username, password }: { readonly username: string; readonly password: string },
): Record<string, string> {
  const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return {
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url}.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  };
}
