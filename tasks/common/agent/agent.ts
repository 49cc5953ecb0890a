import type { ErrorCode } from '../errors/task-error.ts';
import type { ServiceConnection } from '../service-connection/service-connection.ts';

/** What a task needs from the pipeline agent. */
export interface Agent {
  /** An input of the step, trimmed; empty when it was not given. */
  readInput(name: string): string;
  /** A pipeline variable; undefined when there is none or it is empty. */
  readVariable(name: string): string | undefined;
  /** A service connection of the job by its id; undefined when the agent handed none over. */
  readServiceConnection(id: string): ServiceConnection | undefined;
  /** Registers a value that every log of the job shows as `***` from now on. */
  mask(secret: string): void;
  /** Sets a variable of the job, or an output variable `<step>.<name>`, which later jobs can read too. */
  setVariable(variable: PipelineVariable): void;
  /** One line in the log. */
  info(line: string): void;
  /** One line in the log of a run in debug mode. */
  debug(line: string): void;
  /** A warning: it stands in the log and on the run's summary page. */
  warn(message: string): void;
  /** Ends the step as succeeded. */
  succeed(): void;
  /** Ends the step as failed: the message is an error in the log and on the run's summary page. */
  fail(code: ErrorCode, message: string): void;
}

/** One variable of the pipeline. */
export interface PipelineVariable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly isOutput: boolean;
}
