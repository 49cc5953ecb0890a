import type { ErrorCode } from '../errors/task-error.ts';

/**
 * The two commands that end a step as failed, as the task library writes them (agent: `Agent.Sdk/CommandStringConvertor.cs`).
 */
export const toFailureCommands = (code: ErrorCode, message: string): string =>
  `##vso[task.issue type=error;]${escape(message)}\n##vso[task.complete result=Failed;]${code}\n`;

const escape = (text: string): string =>
  text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
