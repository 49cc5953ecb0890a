import { join } from 'node:path';
import type { ServiceConnection } from '../contract.ts';
import type { Gate } from './gate.ts';
import { GitApi } from './git-api.ts';
import { GitHost, type GitRepository } from './git-host.ts';
import { GitLfsStore } from './git-lfs-store.ts';
import type { Mount } from './https-server.ts';
import { answerResourceArea, Marketplace } from './marketplace.ts';
import { NpmRegistry } from './npm-registry.ts';
import { PackageFeed } from './package-feed.ts';
import { ProjectApi } from './project-api.ts';

const gadgets: GitRepository = {
  organization: 'contoso-labs',
  project: 'Gadgets',
  name: 'gadgets',
  files: { 'gadget.txt': 'Hello from the submodule\n' },
};

/** The repositories that every world has; `widgets` has a submodule in another organisation. */
export const gitRepositories = {
  gadgets,
  widgets: {
    organization: 'contoso',
    project: 'Widgets',
    name: 'widgets',
    files: {
      'README.md': '# Widgets\n',
      // For a bot that looks for newer versions.
      'package.json':
        '{\n  "private": true,\n  "dependencies": { "@contoso/greeting": "0.9.0" }\n}\n',
      '.npmrc': 'registry=https://pkgs.dev.azure.com/contoso/_packaging/widgets/npm/registry/\n',
      'renovate.json': '{ "extends": ["config:recommended", ":disableDependencyDashboard"] }\n',
    },
    submodules: { 'modules/gadgets': gadgets },
  },
} as const satisfies Record<string, GitRepository>;

/** What Azure DevOps hosts for other clients than its own: git, packages, extensions; all behind one gate. */
export interface HostedServices {
  readonly git: GitHost;
  readonly gitApi: GitApi;
  readonly lfs: GitLfsStore;
  readonly marketplace: Marketplace;
  readonly projects: ProjectApi;
  readonly mounts: readonly Mount[];
  close(): Promise<void>;
}

/** Creates the services; each starts when it is first asked. */
export function createHostedServices(
  folder: string,
  gate: Gate,
  findConnection: (id: string) => ServiceConnection | undefined,
): HostedServices {
  const git = new GitHost(join(folder, 'git'), [gitRepositories.gadgets, gitRepositories.widgets]);
  const gitApi = new GitApi(git, gitRepositories.widgets);
  const lfs = new GitLfsStore();
  const npm = new NpmRegistry(join(folder, 'npm'));
  const feed = new PackageFeed(npm);
  const marketplace = new Marketplace();
  const projects = new ProjectApi(findConnection);
  return {
    git,
    gitApi,
    lfs,
    marketplace,
    projects,
    mounts: [
      {
        service: 'azure-devops',
        hosts: ['dev.azure.com'],
        path: GitHost.path,
        handle: gate.guard((request, caller) => git.handle(request, caller)),
      },
      // Within git's own path, so after it: the latest mount gets a request.
      {
        service: 'azure-devops',
        hosts: ['dev.azure.com'],
        path: GitLfsStore.path,
        handle: gate.guard((request) => lfs.handle(request)),
      },
      {
        service: 'azure-devops',
        hosts: ['dev.azure.com'],
        path: GitApi.path,
        handle: gate.guard((request, caller) => gitApi.handle(request, caller)),
      },
      {
        service: 'azure-devops',
        hosts: ['dev.azure.com'],
        path: ProjectApi.path,
        handle: gate.guard((request, caller) => projects.handle(request, caller)),
      },
      {
        service: 'azure-devops',
        hosts: ['pkgs.dev.azure.com'],
        path: PackageFeed.path,
        handle: gate.guard((request) => feed.handle(request)),
      },
      {
        service: 'azure-devops',
        hosts: ['marketplace.visualstudio.com'],
        handle: gate.guard((request) => marketplace.handle(request)),
      },
      {
        service: 'azure-devops',
        hosts: ['app.vssps.visualstudio.com'],
        path: /^\/_apis\/resourceareas\//i,
        handle: answerResourceArea,
      },
    ],
    close: () => npm.close(),
  };
}
