import type { ServiceConnection } from '../contract.ts';
import { findTask, QueueError, queueInputs } from '../queue.ts';
import { parseCondition, type Condition } from './condition.ts';
import { nameScript } from './script.ts';
import type { CheckoutStep, ScriptStep, Step, TaskStep } from './steps.ts';
import type { InstalledTask } from './task-definition.ts';

/** A task step that the service has accepted. */
export interface QueuedTaskStep {
  readonly step: TaskStep;
  readonly name: string;
  readonly condition: Condition;
  readonly task: InstalledTask;
  /** By input name; connections as ids. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** A script step that the service has accepted. */
export interface QueuedScriptStep {
  readonly step: ScriptStep;
  readonly name: string;
  readonly condition: Condition;
}

/** A checkout of another repository that the service has accepted. */
export interface QueuedCheckoutStep {
  readonly step: CheckoutStep;
  readonly name: string;
  readonly condition: Condition;
  /** Id of the service connection that leads there; undefined for the job's own. */
  readonly connectionId: string | undefined;
}

/** A step that the service has accepted. */
export type QueuedStep = QueuedTaskStep | QueuedScriptStep | QueuedCheckoutStep;

/** A job that the service has accepted. */
export interface QueuedJob {
  readonly name: string;
  readonly steps: readonly QueuedStep[];
  /** Ids of the connections that its inputs name. */
  readonly referencedConnections: readonly string[];
}

/** Checks the steps of a job as the service does when a run is queued; throws a {@link QueueError}. */
export function queueSteps(
  jobName: string,
  steps: readonly Step[],
  tasks: readonly InstalledTask[],
  connections: readonly ServiceConnection[],
  lookUp: (variable: string) => string | undefined,
): QueuedJob {
  const problems: string[] = [];
  const names = new Set<string>();
  const queued = steps
    .filter(({ enabled }) => enabled !== false)
    .map((step): QueuedStep => {
      const task = step.kind === 'task' ? findTask(step.task, tasks) : undefined;
      const kind =
        step.kind === 'task'
          ? (task?.manifest.name ?? '')
          : step.kind === 'checkout'
            ? 'Checkout'
            : nameScript(step.kind);
      const name = step.name ?? unusedName(kind, names);
      if (step.name !== undefined && names.has(name.toLowerCase())) {
        problems.push(`Job ${jobName}: The step name ${name} appears more than once.`);
      }
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        problems.push(`Job ${jobName}: The step name ${name} is not valid.`);
      }
      names.add(name.toLowerCase());
      const common = { name, condition: parseCondition(step.condition) };
      if (step.kind === 'checkout') {
        const { endpoint } = step.repository;
        const found = connections.find(({ name: known }) => known === endpoint);
        if (endpoint !== undefined && found === undefined) {
          problems.push(
            `Job ${jobName}: The repository ${step.repository.name} references service connection ${endpoint} which could not be found.`,
          );
        }
        return { ...common, step, connectionId: found?.id.toLowerCase() };
      }
      if (step.kind !== 'task' || task === undefined) {
        return { ...common, step: step as ScriptStep };
      }
      const label = `Job ${jobName}: Step ${name}`;
      const inputs = queueInputs(
        { label, task, inputs: step.inputs ?? {} },
        connections,
        lookUp,
        problems,
      );
      return { ...common, step, task, inputs };
    });
  if (problems.length > 0) throw new QueueError(problems);
  const ids = new Set(connections.map(({ id }) => id.toLowerCase()));
  const referencedConnections = new Set(
    queued
      .flatMap((step) => {
        if ('task' in step) return Object.values(step.inputs);
        return 'connectionId' in step ? [step.connectionId ?? ''] : [];
      })
      .filter((value) => ids.has(value)),
  );
  return { name: jobName, steps: queued, referencedConnections: [...referencedConnections] };
}

function unusedName(kind: string, names: ReadonlySet<string>): string {
  const base = kind.replaceAll(/\W/g, '_');
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? base : `${base}${count}`;
    if (!names.has(name.toLowerCase())) return name;
  }
}
