import type { RepositoryResource, Step } from '../agent/steps.ts';
import type { JobVariable } from '../agent/variables.ts';

/** A job of a pipeline file. */
export interface PipelineJob {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  /** Of the pipeline, the stage and the job; runtime expressions not evaluated. */
  readonly variables: readonly JobVariable[];
  readonly steps: readonly Step[];
}

/** A stage of a pipeline file; one without a name where the file has none. */
export interface PipelineStage {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly jobs: readonly PipelineJob[];
}

/** What is known where a part of a pipeline is read. */
export interface Scope {
  /** Folder that a template's path with a leading `/` starts from. */
  readonly root: string;
  /** Of `resources:`, by alias. */
  readonly repositories: ReadonlyMap<string, RepositoryResource>;
  readonly variables: readonly JobVariable[];
}
