import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from './agent/endpoint.ts';
import type { Surroundings } from './agent/surroundings.ts';
import type { JobVariable } from './agent/variables.ts';
import type { JobIdentity } from './contract.ts';

/** Names of the {@link profiles}. */
export type ProfileName =
  'yaml' | 'release' | 'release-without-oidc-uri' | 'visualstudio' | 'deployment' | 'fork';

/** One way in which Azure DevOps starts a job. */
export interface Profile {
  readonly summary: string;
  /** `System.HostType`. */
  readonly hub: JobIdentity['hub'];
  /** Address of the organisation, from its name. */
  readonly collectionUri: (organization: string) => string;
  /** Address in SYSTEMVSSCONNECTION, where it is another. */
  readonly connectionUri?: (organization: string) => string;
  /** Whether `System.OidcRequestUri` is there. */
  readonly oidcRequestUri: boolean;
  /** Whether the job has `System.AccessToken`, as a secret. */
  readonly accessToken: boolean;
  /** A pull request from a fork, from which secrets are withheld. */
  readonly fork?: boolean;
}

const devAzure = (organization: string): string => `https://dev.azure.com/${organization}/`;
const vsrm = (organization: string): string => `https://vsrm.dev.azure.com/${organization}/`;

const yaml: Profile = {
  summary: 'a YAML pipeline in Azure DevOps Services',
  hub: 'build',
  collectionUri: devAzure,
  oidcRequestUri: true,
  accessToken: true,
};

const release: Profile = {
  summary: 'a classic release, scripts may not access the OAuth token',
  hub: 'release',
  collectionUri: devAzure,
  connectionUri: vsrm,
  oidcRequestUri: true,
  accessToken: false,
};

/** The ways to start a job that are emulated. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  yaml,
  release,
  'release-without-oidc-uri': {
    ...release,
    summary: 'a classic release without System.OidcRequestUri',
    oidcRequestUri: false,
  },
  visualstudio: {
    ...yaml,
    summary: 'a YAML pipeline of an organisation at <name>.visualstudio.com',
    collectionUri: (organization) => `https://${organization}.visualstudio.com/`,
  },
  deployment: {
    ...release,
    summary: 'a classic release to a deployment group',
    hub: 'deployment',
  },
  fork: {
    ...yaml,
    summary: 'a pull request from a fork, secrets withheld',
    fork: true,
  },
};

/** Where an agent keeps what. */
export interface AgentFolders {
  /** The agent itself. */
  readonly root: string;
  readonly work: string;
  readonly temp: string;
  readonly tools: string;
  /** Working folder of the steps. */
  readonly sources: string;
}

/** The folders of an agent; a release works in `r1/a`, a build in `1/s`. */
export function createAgentFolders(root: string, hub: JobIdentity['hub']): AgentFolders {
  const work = join(root, '_work');
  return {
    root,
    work,
    temp: join(work, '_temp'),
    tools: join(work, '_tool'),
    sources: hub === 'build' ? join(work, '1', 's') : join(work, 'r1', 'a'),
  };
}

/** A new job: ids and a token that no other job has. */
export function createJobIdentity(
  profile: Profile,
  world: Pick<Surroundings, 'organization' | 'organizationId' | 'project'> | undefined,
  referencedConnections: readonly string[],
): JobIdentity {
  return {
    organization: world?.organization ?? 'contoso',
    organizationId: world?.organizationId ?? randomUUID(),
    projectId: world?.project?.id ?? randomUUID(),
    projectName: world?.project?.name ?? 'Widgets',
    hub: profile.hub,
    planId: randomUUID(),
    jobId: randomUUID(),
    // Shaped like the JWT that the real one is.
    accessToken: `eyJ${randomText(60)}.eyJ${randomText(400)}.${randomText(256)}`,
    referencedConnections,
  };
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** The job's own connection, without an id, which is why it has no data. */
export function createSystemConnection(profile: Profile, job: JobIdentity): Endpoint {
  return {
    url: (profile.connectionUri ?? profile.collectionUri)(job.organization),
    authorization: { scheme: 'OAuth', parameters: { AccessToken: job.accessToken } },
    data: {},
  };
}

/** What of the job's variables a test or the command line chooses. */
export interface ProfileKnobs {
  readonly debug: boolean;
  /** `UseNode24withHandlerData`: false means that a Node24 handler runs on Node 20. */
  readonly node24: boolean;
  /** `DistributedTask.Tasks.Node.SkipDebugLogsWhenDebugModeOff`, which Azure DevOps Server does not have. */
  readonly skipDebugLogs: boolean;
  readonly jobName: string;
  readonly stageName: string;
}

/** The variables of the job message and those that the agent adds (`AW/JobRunner.cs:186-235`). */
export function createJobVariables(
  profile: Profile,
  job: JobIdentity,
  folders: AgentFolders,
  knobs: ProfileKnobs,
): JobVariable[] {
  const collection = profile.collectionUri(job.organization);
  const oidc = `${collection}${job.projectId}/_apis/distributedtask/hubs/${job.hub}/plans/${job.planId}/jobs/${job.jobId}/oidctoken`;
  const system: Record<string, string> = {
    system: job.hub,
    'system.hosttype': job.hub,
    'system.servertype': 'Hosted',
    'system.culture': 'en-US',
    'system.collectionId': job.organizationId,
    'system.collectionUri': collection,
    'system.teamFoundationCollectionUri': collection,
    'system.taskDefinitionsUri': collection,
    'system.teamProject': job.projectName,
    'system.teamProjectId': job.projectId,
    'system.definitionId': '7',
    'system.definitionName': 'local',
    'system.planId': job.planId,
    'system.timelineId': job.planId,
    'system.jobId': job.jobId,
    'system.jobName': knobs.jobName,
    'system.jobDisplayName': knobs.jobName,
    'system.jobAttempt': '1',
    'system.jobIdentifier': `${knobs.stageName}.${knobs.jobName}.__default`,
    'system.phaseName': knobs.jobName,
    'system.phaseAttempt': '1',
    'system.stageName': knobs.stageName,
    'system.stageAttempt': '1',
    'system.stageDisplayName': knobs.stageName,
    'system.enableAccessToken': profile.accessToken ? 'SecretVariable' : 'False',
    ...(profile.oidcRequestUri ? { 'System.OidcRequestUri': oidc } : {}),
    ...(knobs.debug ? { 'system.debug': 'true' } : {}),
    ...(profile.fork === true
      ? { 'system.restrictSecrets': 'True', 'system.pullRequest.isFork': 'True' }
      : {}),
    'system.workfolder': folders.work,
    'system.defaultworkingdirectory': folders.sources,
    'system.artifactsdirectory':
      job.hub === 'build' ? join(folders.work, '1', 'a') : folders.sources,
    'system.isazurevm': '0',
    'system.isdockercontainer': '0',
  };
  return [
    ...toVariables(system, true),
    ...(profile.accessToken
      ? [{ name: 'system.accessToken', value: job.accessToken, secret: true, readOnly: true }]
      : []),
    ...toVariables(hubVariables(job, folders), false),
    ...toVariables(flags(knobs), false),
    ...toVariables(agentVariables(folders, knobs), false),
    // The agent overwrites this one with the address of the job's own connection.
    {
      name: 'system.TeamFoundationServerUri',
      value: createSystemConnection(profile, job).url,
      readOnly: true,
    },
  ];
}

function hubVariables(
  { hub, organization }: JobIdentity,
  folders: AgentFolders,
): Record<string, string> {
  if (hub !== 'build') {
    return {
      'agent.releaseDirectory': folders.sources,
      'release.releaseId': '3',
      'release.releaseName': 'Release-3',
      'release.definitionName': 'local',
      'release.environmentName': 'Production',
      'release.releaseUri': 'vstfs:///ReleaseManagement/Release/3',
      'release.releaseWebUrl': `${devAzure(organization)}_release?releaseId=3`,
    };
  }
  const directory = join(folders.work, '1');
  return {
    'agent.builddirectory': directory,
    'pipeline.workspace': directory,
    'build.sourcesDirectory': folders.sources,
    'build.stagingDirectory': join(directory, 'a'),
    'build.artifactStagingDirectory': join(directory, 'a'),
    'build.binariesDirectory': join(directory, 'b'),
    'common.testresultsdirectory': join(directory, 'TestResults'),
    'build.repository.localpath': folders.sources,
    'build.repository.name': 'local',
    'build.repository.provider': 'TfsGit',
    'build.repository.uri': `${devAzure(organization)}Widgets/_git/widgets`,
    'build.buildId': '42',
    'build.buildNumber': '42',
    'build.definitionName': 'local',
    'build.reason': 'Manual',
    'build.sourceBranch': 'refs/heads/main',
    'build.sourceBranchName': 'main',
    'build.sourceVersion': '0123456789abcdef0123456789abcdef01234567',
  };
}

function flags({ node24, skipDebugLogs }: ProfileKnobs): Record<string, string> {
  return {
    'agent.readOnlyVariables': 'true',
    'agent.taskRestrictionsEnforcementMode': 'Enabled',
    ENABLE_ISSUE_SOURCE_VALIDATION: 'true',
    AZP_AGENT_IGNORE_VSTSTASKLIB: 'true',
    VSTSAGENT_CONTINUE_AFTER_CANCEL_PROCESSTREEKILL_ATTEMPT: 'true',
    ...(skipDebugLogs
      ? { 'DistributedTask.Tasks.Node.SkipDebugLogsWhenDebugModeOff': 'True' }
      : {}),
    'DistributedTask.Agent.UseNode24withHandlerData': node24 ? 'true' : 'false',
  };
}

function agentVariables(folders: AgentFolders, { jobName }: ProfileKnobs): Record<string, string> {
  const systems: Partial<Record<NodeJS.Platform, string>> = {
    win32: 'Windows_NT',
    darwin: 'Darwin',
  };
  return {
    'agent.id': '8',
    'agent.name': 'Local Agent',
    'agent.machinename': hostname(),
    'agent.jobname': jobName,
    'agent.jobstatus': 'Succeeded',
    'agent.version': '5.278.0',
    'agent.os': systems[process.platform] ?? 'Linux',
    'agent.osarchitecture': process.arch === 'x64' ? 'X64' : process.arch.toUpperCase(),
    'agent.isselfhosted': '1',
    'agent.homedirectory': folders.root,
    'agent.RootDirectory': folders.root,
    'agent.workfolder': folders.work,
    'agent.TempDirectory': folders.temp,
    'agent.ToolsDirectory': folders.tools,
    GIT_TERMINAL_PROMPT: '0',
  };
}

function toVariables(values: Readonly<Record<string, string>>, readOnly: boolean): JobVariable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, readOnly }));
}
