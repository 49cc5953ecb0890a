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
  /** The input of the other kind, where it names a service connection too. */
  readonly ignoredInput: string | undefined;
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
  const others = connectionTypes.filter((type) => type !== connectionType);
  const ignoredInput = others.map((type) => connectionInputs[type]).find((other) => read(other));
  if (connectionId !== '') return { connectionType, connectionId, ignoredInput };
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

/** The line that names the input which does not count; undefined where there is none. */
export function toIgnoredLine({
  connectionType,
  ignoredInput,
}: ConnectionInputs): string | undefined {
  if (ignoredInput === undefined) return undefined;
  return `The input ${ignoredInput} is ignored: connectionType is ${connectionType}, so ${connectionInputs[connectionType]} counts.`;
}
