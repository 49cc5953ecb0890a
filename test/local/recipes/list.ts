import { join } from 'node:path';
import { tools } from './tools.ts';
import type { Recipe } from './recipe.ts';

/** Every recipe, in the order of the tables in docs/recipes/README.md. */
export const recipes: readonly Recipe[] = [
  { name: 'rest', needs: [tools.curl] },
  { name: 'az-script', needs: [tools.curl] },
  { name: 'az-script-powershell', needs: [tools.powershell] },
  {
    name: 'azure-cli',
    note: 'a stand-in for az makes its call',
    needs: [tools.curl],
  },
  {
    name: 'node',
    // Of the task itself; in a pipeline it comes with `npm ci`.
    packages: { 'azure-devops-node-api': '17.0.1' },
  },
  {
    name: 'python',
    needs: [tools.requests],
  },
  {
    name: 'python-azure-devops',
    // msrest, which it needs, asks for setuptools and does not say so.
    python: ['azure-devops==7.1.0b4', 'setuptools==84.2.1'],
  },
  { name: 'powershell', needs: [tools.powershell] },
  {
    name: 'windows-powershell',
    ...(process.platform === 'win32' ? {} : { note: 'in PowerShell 7: there is no Windows' }),
    needs: [tools.windowsPowerShell],
  },
  {
    name: 'dotnet',
    notRun: 'dotnet gets its library from NuGet, and a local run reaches no registry',
  },
  { name: 'work-item', needs: [tools.curl, tools.jq] },
  { name: 'wiki-page', needs: [tools.curl, tools.jq] },
  { name: 'pull-request-comment', needs: [tools.curl, tools.jq] },
  { name: 'queue-run', needs: [tools.curl, tools.jq] },
  {
    name: 'renovate',
    isLong: true,
    commands: { renovate: '44.121.2' },
    needs: [tools.git, tools.jq],
  },
  {
    name: 'git',
    needs: [tools.git],
  },
  {
    name: 'git-credential-helper',
    needs: [tools.git],
  },
  { name: 'git-lfs', needs: [tools.git, tools.gitLfs] },
  {
    name: 'npm',
    needs: [tools.npm],
  },
  {
    name: 'pip',
    needs: [tools.pip],
  },
  {
    name: 'twine',
    needs: [tools.twine, tools.setuptools, tools.wheel],
  },
  {
    name: 'maven',
    needs: [tools.maven],
    mavenPlugins: true,
  },
  { name: 'gradle', needs: [tools.gradle] },
  {
    name: 'nuget',
    note: "a stand-in for dotnet reads the credential provider's variable",
    needs: [tools.curl],
  },
  {
    name: 'cargo',
    needs: [tools.cargo],
  },
  {
    name: 'universal-packages',
    notRun: 'az gets its extension and ArtifactTool from services, and a local run reaches none',
  },
  { name: 'tfx', needs: [tools.tfx] },
  {
    name: 'vsce',
    commands: { '@vscode/vsce': '4.1.0' },
  },
  {
    name: 'resources',
    needs: [tools.curl],
  },
  {
    name: 'container-registry',
    note: 'the sign-in, for which docker needs no engine',
    needs: [tools.curl, tools.jq, tools.docker],
  },
  {
    name: 'azure-sdk',
    packages: { '@azure/keyvault-secrets': '4.11.2' },
  },
  {
    name: 'terraform',
    notRun: 'Terraform gets its provider from a registry, and a local run reaches none',
  },
  {
    name: 'sign-in',
    needs: [tools.curl, tools.gitForSignIn],
  },
  {
    name: 'sign-in-git',
    needs: [tools.gitForSignIn],
  },
  { name: 'checkout-organizations', needs: [tools.git] },
  { name: 'connection-token', needs: [tools.curl, tools.git, tools.jq] },
  { name: 'sign-in-git-lfs', needs: [tools.gitForSignIn, tools.gitLfs] },
  {
    name: 'sign-in-azure-sdk',
    packages: { '@azure/identity': '4.13.1', '@azure/keyvault-secrets': '4.11.2' },
  },
  {
    name: 'sign-in-container-registry',
    needs: [tools.curl, tools.jq],
    go: [
      {
        module: 'github.com/google/go-containerregistry',
        version: 'v0.20.6',
        package: 'cmd/crane',
        command: 'crane',
      },
    ],
  },
  {
    name: 'sign-in-azure-cli',
    python: ['azure-cli==2.91.0'],
  },
  {
    name: 'sign-in-python',
    python: ['pip==26.3', 'twine==7.0.0', 'setuptools==84.2.1', 'wheel==0.48.0'],
  },
  {
    name: 'sign-in-cargo',
    // Not with what another recipe has fetched already.
    environment: (home) => ({ CARGO_HOME: join(home, 'cargo-of-sign-in') }),
    needs: [tools.cargo],
  },
  {
    name: 'sign-in-fabric',
    note: "a stand-in gets a token by the variables that the provider's source names",
    needs: [tools.curl, tools.jq],
  },
  {
    name: 'sign-in-power-platform',
    note: "a stand-in gets a token by the variables that the provider's source names",
    needs: [tools.curl, tools.jq],
  },
  {
    name: 'sign-in-terraform',
    note: 'OpenTofu in place of Terraform, with the azurerm backend and no provider of a registry',
    // To build.
    isLong: true,
    go: [
      {
        module: 'github.com/opentofu/opentofu',
        version: 'v1.10.10',
        package: 'cmd/tofu',
        command: 'terraform',
      },
    ],
  },
  {
    name: 'several-jobs',
    needs: [tools.curl, tools.pip],
  },
  {
    name: 'output-variable',
    needs: [tools.curl],
  },
  {
    name: 'long-job',
    needs: [tools.curl, tools.git],
  },
  {
    name: 'two-connections',
    needs: [tools.curl],
  },
  {
    name: 'container-job',
    note: 'without the container: there may be no Docker',
    needs: [tools.curl],
  },
  {
    name: 'extends',
    needs: [tools.curl],
  },
];
