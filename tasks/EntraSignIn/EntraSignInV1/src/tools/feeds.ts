import type { Organization } from '../../../../common/job/organization.ts';
import { quoteForShell } from '../../../../common/text/shell.ts';
import type { SessionFile } from '../session/files.ts';
import type { SignIn } from './tool.ts';

/**
 * Where an organisation's feeds are: both spellings of the host of Azure Artifacts
 * (learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url). Elsewhere, the collection's own address.
 */
export function toFeedAddresses({ key, url }: Organization): readonly string[] {
  const name = /^azure-devops-services:(.+)$/.exec(key)?.[1];
  return name === undefined
    ? [`${url.href.replace(/\/$/, '')}/`]
    : [`https://pkgs.dev.azure.com/${name}/`, `https://${name}.pkgs.visualstudio.com/`];
}

/**
 * A program for a package manager, in the folder that is first on the path: a part of `entra-token` that knows the
 * feeds, for sh and for cmd.
 */
export function toFeedProgram(
  name: string,
  part: string,
  { command, organizations }: Pick<SignIn, 'command' | 'organizations'>,
): readonly SessionFile[] {
  // An address has no character that a shell would read.
  const feeds = organizations.flatMap(toFeedAddresses).join(' ');
  const shell = quoteForShell(command);
  const batch = `"${command.replaceAll('/', '\\').replaceAll('%', '%%')}.cmd"`;
  return [
    {
      path: `bin/${name}`,
      content: `#!/bin/sh\nexec ${shell} ${part} ${feeds} -- "$@"\n`,
      executable: true,
    },
    { path: `bin/${name}.cmd`, content: `@call ${batch} ${part} ${feeds} -- %*\r\n` },
  ];
}
