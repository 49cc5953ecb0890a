import type { StepTarget } from './restrictions.ts';

interface CommonStep {
  /** Reference name; made up when absent. */
  readonly name?: string;
  readonly displayName?: string;
  readonly condition?: string;
  readonly continueOnError?: boolean;
  readonly enabled?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly target?: StepTarget;
  readonly timeoutInMinutes?: number;
  readonly retryCountOnTaskFailure?: number;
}

/** A step that runs an installed task. */
export interface TaskStep extends CommonStep {
  readonly kind: 'task';
  /** `Name@major`. */
  readonly task: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** A step that runs a script: `bash` everywhere, `script` with cmd on Windows. */
export interface ScriptStep extends CommonStep {
  readonly kind: 'script' | 'bash';
  readonly script: string;
  readonly workingDirectory?: string;
}

/** A step of a job. */
export type Step = TaskStep | ScriptStep;
