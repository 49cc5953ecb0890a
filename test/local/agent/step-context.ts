import type { Command } from './command.ts';
import type { Endpoint } from './endpoint.ts';
import type { Masker } from './masker.ts';
import type { Restrictions } from './restrictions.ts';
import type { TaskResult } from './results.ts';
import type { OutputVariable } from './verdict.ts';
import type { Variables } from './variables.ts';

/** What a step shares with its job. */
export interface StepScope {
  /** Reference name, the part before the dot in `$(step.variable)`. */
  readonly name: string;
  readonly hostType: string;
  readonly masker: Masker;
  readonly variables: Variables;
  readonly taskVariables: Variables;
  readonly restrictions: readonly Restrictions[];
  /** Lower-case names in the `outputVariables` of task.json. */
  readonly declaredOutputs: ReadonlySet<string>;
  /** Folders that `task.prependpath` put in front of PATH, the last one first. */
  readonly prependedPath: string[];
  /** The connections of the job. */
  readonly endpoints: Endpoint[];
  readonly log: (line: string) => void;
}

/** One step while it runs: its log, issues and what its commands did (`AW/ExecutionContext.cs`). */
export class StepContext {
  readonly scope: StepScope;
  readonly maskedLog: string[] = [];
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  readonly commands: Command[] = [];
  readonly outputVariables = new Map<string, OutputVariable>();
  readonly completeMessages: string[] = [];
  readonly denied: string[] = [];
  readonly badCommands: string[] = [];
  result: TaskResult | undefined;
  /** Survives a retry, unlike the result (`AW/RetryHelper.cs`). */
  commandFailed = false;
  /** Set by the runner: `task.complete done=true` ends the step soon. */
  onDone: () => void = () => undefined;

  constructor(scope: StepScope) {
    this.scope = scope;
  }

  /** Writes a log line; only the task's header is written without masking (`AW/TaskRunner.cs:660-673`). */
  write(line: string, canMask = true): void {
    const masked = canMask ? this.scope.masker.mask(line) : line;
    this.maskedLog.push(masked);
    this.scope.log(masked);
  }

  /** Writes only in debug mode. */
  debug(message: string): void {
    if (!this.scope.variables.isTrue('system.debug')) return;
    for (const line of message.split(/\r\n|\n|\r/)) this.write(`##[debug]${line}`);
  }

  /** Adds an issue of the type error and shows it. */
  error(message: string): void {
    this.errors.push(this.scope.masker.mask(message));
    this.write(`##[error]${message}`);
  }

  /** Adds an issue of the type warning and shows it. */
  warning(message: string): void {
    this.warnings.push(this.scope.masker.mask(message));
    this.write(`##[warning]${message}`);
  }
}
