import { posix } from 'node:path';
import type { Tool } from './find-tool.ts';
import type { Recipe } from './recipe.ts';

/** What a recipe runs with, as `<name> <version>`: the tools of a machine, whose versions are asked for, and what is pinned. */
export function listVersions(
  { needs = [], packages, commands, python = [], go = [] }: Recipe,
  versionOf: (tool: Tool) => string,
): readonly string[] {
  return [
    ...needs.map((tool) => `${tool.title} ${versionOf(tool)}`),
    ...Object.entries({ ...packages, ...commands }).map((each) => each.join(' ')),
    ...python.map((each) => each.replace('==', ' ')),
    ...go.map(
      ({ package: name, module, version }) =>
        `${posix.basename(posix.join(module, name))} ${version}`,
    ),
  ];
}
