import { toAddresses } from '../../../../common/job/organization.ts';
import { quoteForShell } from '../../../../common/text/shell.ts';
import type { SignIn, Tool } from './tool.ts';

/** Name of the configuration in the session folder. */
const configFile = 'gitconfig';

/** What `git --version` says of a version that does not know `GIT_CONFIG_GLOBAL`, or of no git at all; else undefined. */
export function toGitWarning(output: string | undefined): string | undefined {
  if (output === undefined) {
    return 'There is no git on the path, so it is not signed in. An agent has one; install it, or remove git from the input tools.';
  }
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(output) ?? [];
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 32)) return undefined;
  return `The git on the path is ${major}.${minor}, which does not know GIT_CONFIG_GLOBAL, so it is not signed in. It needs 2.32 or later.`;
}

/**
 * git: a global configuration that includes the user's own and names our credential helper for the organisations
 * only. An empty helper comes first: git tells every helper of a success to store the credential, and a `store` of the
 * user's would write it to disk (git-scm.com/docs/gitcredentials, "helper").
 */
export const git: Tool = {
  name: 'git',
  usesAzureDevOps: true,
  rivals: [],
  remark: async ({ find, run }) => {
    const program = find('git');
    const outcome = program === undefined ? undefined : await run(program, ['--version']);
    const warning = toGitWarning(outcome?.exitCode === 0 ? outcome.stdout : undefined);
    return warning === undefined ? [] : [warning];
  },
  setUp: (signIn) => ({
    variables: [{ name: 'GIT_CONFIG_GLOBAL', value: `${signIn.folder}/${configFile}` }],
    files: [{ path: configFile, content: toConfig(signIn) }],
  }),
  describe: ({ organizations }) =>
    `clone, fetch, push, submodules and LFS at ${organizations.map(({ url }) => url.href).join(', ')}`,
};

function toConfig(signIn: SignIn): string {
  const { organizations, command } = signIn;
  const helper = `!${quoteForShell(command)} git-credential`;
  const lines = [
    '[include]',
    ...findOwnConfigs(signIn).map((path) => `\tpath = ${quoteForGit(path)}`),
    ...organizations.flatMap(toAddresses).flatMap((address) => [
      `[credential ${quoteForGit(address)}]`,
      // Without the path, a credential of one organisation would be asked for all of the host.
      '\tuseHttpPath = true',
      '\thelper =',
      `\thelper = ${quoteForGit(helper)}`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

// What git would have read (git-scm.com/docs/git-config, "FILES"); a file that is not there is no error.
function findOwnConfigs({ readVariable }: SignIn): readonly string[] {
  const own = readVariable('GIT_CONFIG_GLOBAL');
  if (own !== undefined) return [toSlashes(own)];
  const folder = readVariable('XDG_CONFIG_HOME') ?? '~/.config';
  return [`${toSlashes(folder)}/git/config`, '~/.gitconfig'];
}

const toSlashes = (path: string): string => path.replaceAll('\\', '/');
const quoteForGit = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
