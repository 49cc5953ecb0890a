import { join } from 'node:path';
import { readKeys } from './keys.ts';
import type { GivenParameters } from './parameters.ts';
import type { Scope } from './pipeline.ts';
import { readYaml } from './read-yaml.ts';
import type { YamlValue } from './yaml-value.ts';

/** Reads the file that `template:` names, with the `parameters:` beside it. */
export function readTemplate(node: YamlValue, scope: Scope, what: string): YamlValue {
  let path: string | undefined;
  let parameters: GivenParameters = new Map();
  readKeys(node, what, {
    template: (value) => {
      path = resolveTemplate(value, scope.root);
    },
    parameters: (value) => {
      parameters = new Map(value.entries().map(([key, given]) => [key.toLowerCase(), given.node]));
    },
  });
  if (path === undefined) throw node.error(`${what} needs a template.`);
  const variables = Object.fromEntries(scope.variables.map(({ name, value }) => [name, value]));
  return readYaml(path, { parameters, variables, from: node.node.place });
}

/** Reads what the file of a template has below `key`, where an item of a list of the same kind names it. */
export function readTemplateOf<T>(
  item: YamlValue,
  scope: Scope,
  key: 'jobs' | 'stages' | 'steps' | 'variables',
  read: (value: YamlValue, scope: Scope) => T[],
): T[] {
  const what = `a template of ${key}`;
  const root = readTemplate(item, scope, what);
  let found: T[] | undefined;
  readKeys(root, what, {
    [key]: (value) => {
      found = read(value, scope);
    },
  });
  if (found === undefined) throw root.error(`A template of ${key} needs ${key}.`);
  return found;
}

/** A template's path, beside the file that names it or from the pipeline's root with a leading `/`. */
function resolveTemplate(reference: YamlValue, root: string): string {
  const [path = '', repository = 'self'] = reference.text().split('@');
  if (repository.toLowerCase() !== 'self') {
    throw reference.error(`Templates of other repositories are not supported here: ${repository}`);
  }
  return path.startsWith('/') ? join(root, path) : join(reference.folder, path);
}

/** Whether an item of a list is a template. */
export function isTemplate(item: YamlValue): boolean {
  return item.kind === 'map' && item.entries().some(([key]) => key === 'template');
}
