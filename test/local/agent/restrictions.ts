/** One set of restrictions: of `task.json` or of the step's `target`. */
export interface Restrictions {
  readonly commands?: { readonly mode?: string };
  /** Present without `allowed` means that nothing may be set: a trap of the job message's JSON. */
  readonly settableVariables?: { readonly allowed?: readonly string[] };
}

/** The `target` of a step in YAML. */
export interface StepTarget {
  readonly commands?: 'any' | 'restricted';
  readonly settableVariables?: 'none' | readonly string[];
}

// The handlers with [CommandRestriction(AllowedInRestrictedMode = true)].
const allowedWhenRestricted = new Set([
  'task.logdetail',
  'task.logissue',
  'task.issue',
  'task.complete',
  'task.setprogress',
  'task.setsecret',
  'task.setvariable',
  'task.debug',
  'task.settaskvariable',
  'task.prependpath',
  'telemetry.publish',
]);

/** What a YAML `target` means as restrictions (`AW/JobExtension.cs:371-385`). */
export function toRestrictions(target: StepTarget): Restrictions {
  const { commands, settableVariables } = target;
  return {
    ...(commands === undefined ? {} : { commands: { mode: commands } }),
    ...(settableVariables === undefined
      ? {}
      : { settableVariables: { allowed: settableVariables === 'none' ? [] : settableVariables } }),
  };
}

/** Whether every set of restrictions lets the command through (`AW/TaskRestrictionsChecker.cs:46-66`). */
export function isCommandAllowed(
  all: readonly Restrictions[],
  area: string,
  event: string,
): boolean {
  return (
    allowedWhenRestricted.has(`${area}.${event}`) ||
    all.every(({ commands }) => commands?.mode?.toLowerCase() !== 'restricted')
  );
}

/** Whether every set of restrictions lets the variable be set (`AW/TaskRestrictionsExtension.cs:41-63`). */
export function isVariableSettable(all: readonly Restrictions[], name: string): boolean {
  return all.every(
    ({ settableVariables }) =>
      settableVariables === undefined ||
      (settableVariables.allowed ?? []).some((pattern) => matchesGlob(pattern, name)),
  );
}

/** The `*` and `?` of Minimatch with IgnoreCase; its other patterns are not emulated. */
function matchesGlob(pattern: string, name: string): boolean {
  const source = pattern.replaceAll(/[\\^$.*+?()[\]{}|/]/g, (character) => {
    if (character === '*') return '[^/]*';
    return character === '?' ? '[^/]' : `\\${character}`;
  });
  return new RegExp(`^${source}$`, 'i').test(name);
}
