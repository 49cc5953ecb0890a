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

/** The kinds of scripts: `script` is for cmd on Windows, `pwsh` and `powershell` need PowerShell on the machine. */
export const scriptKinds = ['script', 'bash', 'pwsh', 'powershell'] as const;

/** A step that runs a script. */
export interface ScriptStep extends CommonStep {
  readonly kind: (typeof scriptKinds)[number];
  readonly script: string;
  readonly workingDirectory?: string;
}

/** A repository that the pipeline declares beside its own. */
export interface RepositoryResource {
  /** `project/repository`. */
  readonly name: string;
  /** The service connection that leads to its organisation; the pipeline's own organisation without one. */
  readonly endpoint?: string;
  readonly ref?: string;
}

/** A step that checks such a repository out. */
export interface CheckoutStep extends CommonStep {
  readonly kind: 'checkout';
  readonly repository: RepositoryResource;
}

/** A step of a job. */
export type Step = TaskStep | ScriptStep | CheckoutStep;
