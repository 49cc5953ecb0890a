import { expandMacros } from './macros.ts';
import type { TaskManifest } from './task-definition.ts';
import type { Variables } from './variables.ts';

/**
 * The inputs that a task gets: defaults, the step's own values, `$(variable)`, then `$(ENVIRONMENT)`
 * (`AW/TaskRunner.cs:222-274`). Nothing is checked here; the service did that.
 */
export function evaluateInputs(
  manifest: TaskManifest,
  values: Readonly<Record<string, string>>,
  variables: Variables,
  machine: Readonly<Record<string, string>>,
): Map<string, string> {
  const inputs = new Map<string, string>();
  for (const { name, defaultValue } of manifest.inputs ?? []) {
    inputs.set(name, String(defaultValue ?? '').trim());
  }
  const untrimmed = variables.isTrue('DISABLE_INPUT_TRIMMING');
  for (const [name, value] of Object.entries(values)) {
    inputs.set(name.trim(), untrimmed ? value : value.trim());
  }
  for (const [name, value] of inputs) {
    inputs.set(
      name,
      expandMacros(variables.expand(value), (key) => machine[key]),
    );
  }
  return inputs;
}

/** Ids of the connections that the inputs name (`AW/TaskRunner.cs:299-321`): only `connectedService:` inputs count. */
export function findConnectionIds(
  manifest: TaskManifest,
  inputs: ReadonlyMap<string, string>,
): string[] {
  return (manifest.inputs ?? [])
    .filter(({ type }) => type.toLowerCase().startsWith('connectedservice:'))
    .flatMap(({ name }) => (inputs.get(name) ?? '').split(','))
    .map((id) => id.trim().toLowerCase())
    .filter((id) => id !== '');
}
