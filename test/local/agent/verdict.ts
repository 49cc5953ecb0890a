import type { JobIdentity } from '../contract.ts';
import type { Command } from './command.ts';
import type { Orphan } from './orphans.ts';
import type { TaskResult } from './results.ts';
import type { VariableState } from './variables.ts';

/** A line as the process wrote it, before the agent parsed or masked anything. */
export interface RawLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** Milliseconds since the process started. */
  readonly atMs: number;
}

/** An output variable in the timeline record; `secret` is what this one command said. */
export interface OutputVariable {
  readonly value: string;
  readonly secret: boolean;
}

/** A file that a step wrote into the temporary or the working folder. */
export interface LeftFile {
  /** Relative to the agent's work folder, with `/`. */
  readonly path: string;
  /** As UTF-8; empty above 1 MB. */
  readonly content: string;
}

/** What one step did, as a test wants to know it. */
export interface StepVerdict {
  /** Reference name: of the YAML, or made up as the service does. */
  readonly name: string;
  readonly displayName: string;
  readonly stage: 'pre' | 'main' | 'post';
  readonly result: TaskResult;
  /** Why a step was skipped. */
  readonly resultCode?: string;
  /** Of the last attempt; 128 and more when a signal ended it; undefined without a process. */
  readonly exitCode?: number;
  /** Processes that were started. */
  readonly attempts: number;
  /** Version of the Node.js that the task's handler got. */
  readonly nodeVersion?: string;
  readonly rawLines: readonly RawLine[];
  /** The step's log as it is shown and stored. */
  readonly maskedLog: readonly string[];
  /** Masked messages; the agent stores ten of each kind, this has them all. */
  readonly issues: { readonly errors: readonly string[]; readonly warnings: readonly string[] };
  /** Every command that the agent recognised, in the order in which it acted. */
  readonly commands: readonly Command[];
  readonly outputVariables: ReadonlyMap<string, OutputVariable>;
  readonly taskVariables: ReadonlyMap<string, VariableState>;
  /** Messages of `task.complete`, which the agent does not mask. */
  readonly completeMessages: readonly string[];
  /** Commands, and `variable <name>`, that a restriction swallowed. */
  readonly denied: readonly string[];
  /** Lines that looked like a command but were not a legal one, or whose handler threw. */
  readonly badCommands: readonly string[];
  readonly filesLeft: readonly LeftFile[];
  /** Signals that the agent sent, in order. */
  readonly signals: readonly NodeJS.Signals[];
  /** Milliseconds from the start of the last process to its end. */
  readonly processMs: number;
  /** Milliseconds from the last `task.complete` to the end of the process. */
  readonly completeToExitMs?: number;
}

/** What a job did. */
export interface JobVerdict {
  readonly result: TaskResult;
  readonly identity: JobIdentity;
  readonly steps: readonly StepVerdict[];
  readonly maskedLog: readonly string[];
  /** All variables at the end, by the name that they were first set with. */
  readonly variables: ReadonlyMap<string, VariableState>;
  /** `step.variable` of every output variable, as other jobs can name it. */
  readonly outputVariables: ReadonlyMap<string, OutputVariable>;
  /** Processes that the steps left running and that the agent ended. */
  readonly orphans: readonly Orphan[];
  /** What lay in the temporary and the working folder before the agent wiped it. */
  readonly filesLeft: readonly LeftFile[];
}
