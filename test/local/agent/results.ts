/** The agent's task results in their order; note the one `l` of `Canceled`. */
export const taskResults = [
  'Succeeded',
  'SucceededWithIssues',
  'Failed',
  'Canceled',
  'Skipped',
  'Abandoned',
] as const;

/** Result of a step or a job. */
export type TaskResult = (typeof taskResults)[number];

/** Parses like `Enum.TryParse<TaskResult>`: exact case, or the number. */
export function parseTaskResult(text: string): TaskResult | undefined {
  const trimmed = text.trim();
  return taskResults.find((name, index) => name === trimmed || String(index) === trimmed);
}

/** The worse of both, except that Canceled, Skipped and Abandoned stay (`MA/Util/TaskResultUtil.cs:37-64`). */
export function mergeResults(current: TaskResult | undefined, incoming: TaskResult): TaskResult {
  if (current === undefined) return incoming;
  const rank = taskResults.indexOf(current);
  if (rank > taskResults.indexOf('Failed')) return current;
  return taskResults.indexOf(incoming) >= rank ? incoming : current;
}
