import type { JobIdentity, ServiceConnection } from '../contract.ts';
import type { NodeMajor } from '../nodes.ts';
import type { Profile, ProfileName } from '../profiles.ts';
import type { LineOrder, ProcessTimes } from './process.ts';
import type { Step } from './steps.ts';
import type { AgentCertificates, AgentProxy, Surroundings } from './surroundings.ts';
import type { JobVariable } from './variables.ts';
import type { RawLine } from './verdict.ts';

/** How the agent waits; in milliseconds, the agent's own times where absent. */
export interface AgentTimes extends ProcessTimes {
  /** Before the retry with this number, from 0. */
  readonly retryDelayMs: (retry: number) => number;
}

/** An agent and the machine that it runs on. */
export interface AgentOptions {
  /** Extension packages to install the tasks of. */
  readonly vsix?: readonly string[];
  /** Task folders to install, for tests of the agent itself. */
  readonly taskFolders?: readonly string[];
  readonly world?: Surroundings;
  /** `yaml` when absent. */
  readonly profile?: ProfileName | Profile;
  /** The Node.js that a `Node24` handler gets: the feature flag; 24 when absent. */
  readonly node?: NodeMajor;
  /** `System.Debug`. */
  readonly debug?: boolean;
  /** `DistributedTask.Tasks.Node.SkipDebugLogsWhenDebugModeOff`; true when absent, as in the service. */
  readonly skipDebugLogs?: boolean;
  /** The agent's proxy; the world's when absent, none when null. */
  readonly proxy?: AgentProxy | null;
  /** The agent's certificates; the world's authority when absent. */
  readonly certificates?: AgentCertificates;
  /** Additions to the clean environment of the machine, for tasks and scripts. */
  readonly machine?: Readonly<Record<string, string>>;
  /** Additions for scripts alone; what leads tools to the world when absent. */
  readonly scriptMachine?: Readonly<Record<string, string>>;
  /** Folder with the repository of the pipeline: what its checkout leaves in the working folder. */
  readonly sources?: string;
  readonly order?: LineOrder;
  readonly times?: Partial<AgentTimes>;
  /** Gets each masked line while the job runs. */
  readonly log?: (line: string) => void;
}

/** A job to run. */
export interface JobOptions {
  readonly steps: readonly Step[];
  /** `Job` when absent. */
  readonly name?: string;
  /** `__default` when absent. */
  readonly stage?: string;
  /** Variables of the pipeline; one with the name of a system variable takes its place. */
  readonly variables?: readonly JobVariable[];
  /** Variables that the job shall not have. */
  readonly withoutVariables?: readonly string[];
  /** Connections besides those of the world; one with the same id takes its place. */
  readonly connections?: readonly ServiceConnection[];
  /** What another job of the stage names; the job's own are found. */
  readonly referencedConnections?: readonly string[];
  /** Parts of the identity that a test wants to choose. */
  readonly identity?: Partial<JobIdentity>;
  /** Address in SYSTEMVSSCONNECTION, when not the profile's. */
  readonly systemConnectionUrl?: string;
  /** Aborted: the job is canceled. */
  readonly cancel?: AbortSignal;
  /** Cancels the job that long after its first process started. */
  readonly cancelAfterMs?: number;
  /** Cancels the job when a step writes a line that this is true for. */
  readonly cancelWhen?: (line: RawLine, step: string) => boolean;
}
