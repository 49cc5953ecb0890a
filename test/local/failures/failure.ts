import type { ErrorCode } from '../../../tasks/common/errors/task-error.ts';
import type { Scenario } from '../../e2e/support/run-task.ts';
import type { World } from '../world.ts';

/** One way in which the step can fail, and how the local services are made to bring it about. */
export interface Failure {
  /** What went wrong, in the words of the person who caused it. */
  readonly name: string;
  /** The code with which the step ends. */
  readonly code: ErrorCode;
  /** Prepares a world of its own for the failure, and says how the step is run in it. */
  readonly provoke: (world: World) => Scenario | Promise<Scenario>;
  /** Values that a person needs and the masked error must show. */
  readonly shows?: (world: World) => readonly string[];
  /** Entra's own number, shown together with the ids of its answer. */
  readonly aadsts?: number;
  /** Ends before any request. */
  readonly early?: true;
  /** One of the part that is run on every Node.js each time, not only in the long run. */
  readonly typical?: true;
}
