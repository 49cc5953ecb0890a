import { TaskError } from '../errors/task-error.ts';
import type { ReadInput } from '../inputs/input-reader.ts';
import { listOf, quote } from '../text/text.ts';

/** The kinds of service connection, as the input `connectionType` names them. */
export const connectionTypes = ['azureRM', 'azureDevOps'] as const;

/** A kind of service connection. */
export type ConnectionType = (typeof connectionTypes)[number];

/** The service connection that the inputs of a step name. */
export interface ConnectionInputs {
  readonly connectionType: ConnectionType;
  /** The service connection's id, a GUID in lower case. */
  readonly connectionId: string;
}

const connectionInputs: Readonly<Record<ConnectionType, string>> = {
  azureRM: 'azureSubscription',
  azureDevOps: 'azureDevOpsServiceConnection',
};

/**
 * Which service connection a step names, by `connectionType` and the input of that type. Throws
 * `CONNECTION_TYPE_INVALID` or `CONNECTION_MISSING`.
 */
export function parseConnectionInputs(read: ReadInput): ConnectionInputs {
  const connectionType = parseConnectionType(read('connectionType'));
  const name = connectionInputs[connectionType];
  const connectionId = read(name).toLowerCase();
  if (connectionId !== '') return { connectionType, connectionId };
  throw new TaskError(
    'CONNECTION_MISSING',
    `The input ${name} is empty; with connectionType ${quote(connectionType)} it must name a service connection.`,
  );
}

function parseConnectionType(value: string): ConnectionType {
  if (value === '') return 'azureRM';
  const known = connectionTypes.find((type) => type.toLowerCase() === value.toLowerCase());
  if (known !== undefined) return known;
  throw new TaskError(
    'CONNECTION_TYPE_INVALID',
    `The input connectionType is ${quote(value)}. Allowed are ${listOf(connectionTypes)}.`,
  );
}
