import type { JobVariable } from '../agent/variables.ts';
import { readKeys, unsupported } from './keys.ts';
import type { Scope } from './pipeline.ts';
import { isTemplate, readTemplateOf } from './template.ts';
import type { YamlValue } from './yaml-value.ts';

/** The scope with the variables that a part of a pipeline declares. */
export function withVariables(node: YamlValue, scope: Scope): Scope {
  const declared = node.entries().find(([key]) => key === 'variables')?.[1];
  if (declared === undefined) return scope;
  return { ...scope, variables: [...scope.variables, ...readVariables(declared, scope)] };
}

function readVariables(node: YamlValue, scope: Scope): JobVariable[] {
  if (node.kind === 'map') {
    return Object.entries(node.texts()).map(([name, value]) => ({ name, value }));
  }
  return node.items().flatMap((item) => {
    if (isTemplate(item)) return readTemplateOf(item, scope, 'variables', readVariables);
    return [readVariable(item)];
  });
}

function readVariable(item: YamlValue): JobVariable {
  const variable: { name?: string; value?: string; readOnly?: boolean } = {};
  readKeys(item, 'a variable', {
    name: (value) => {
      variable.name = value.text();
    },
    value: (value) => {
      variable.value = value.text();
    },
    readonly: (value) => {
      variable.readOnly = value.boolean();
    },
    group: (value, key) => {
      throw unsupported(key, `variable groups: '${value.text()}'`);
    },
  });
  const { name, value = '' } = variable;
  if (name === undefined) throw item.error('A variable needs a name.');
  return { ...variable, name, value };
}
