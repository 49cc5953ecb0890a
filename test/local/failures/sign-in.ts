import type { Failure } from './failure.ts';

/** Wrong inputs of EntraSignIn, and a machine that it cannot work on; the other failures are those of EntraToken. */
export const signInFailures: readonly Failure[] = [
  {
    name: 'No tool to sign in',
    code: 'TOOLS_MISSING',
    early: true,
    typical: true,
    provoke: () => ({ task: 'EntraSignIn@1', inputs: { tools: ' , ' } }),
    shows: () => ['azureSdk'],
  },
  {
    name: 'A tool that does not exist',
    code: 'TOOL_UNKNOWN',
    early: true,
    provoke: () => ({ task: 'EntraSignIn@1', inputs: { tools: 'git, ansible' } }),
    shows: () => ['"ansible"'],
  },
  {
    name: 'git in a cloud that has no Azure DevOps',
    code: 'RESOURCE_NOT_IN_CLOUD',
    early: true,
    provoke: () => ({ task: 'EntraSignIn@1', connection: 'fabrikam-government' }),
    shows: () => ['the tool git', '"AzureUSGovernment"', 'AzureCloud only'],
  },
  {
    name: 'Organizations on another host',
    code: 'ORGANIZATION_INVALID',
    early: true,
    provoke: () => ({
      task: 'EntraSignIn@1',
      inputs: { organizations: 'contoso\nhttps://git.example.com/contoso' },
    }),
    shows: () => ['The input organizations', '"https://git.example.com/contoso"'],
  },
];
