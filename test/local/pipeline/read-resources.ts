import type { RepositoryResource } from '../agent/steps.ts';
import { ignore, readKeys, refuse } from './keys.ts';
import type { YamlValue } from './yaml-value.ts';

/** Reads the repositories of `resources:`, by their alias. */
export function readResources(node: YamlValue): Map<string, RepositoryResource> {
  const repositories = new Map<string, RepositoryResource>();
  readKeys(node, 'resources', {
    ...refuse('pipelines', 'builds', 'containers', 'packages', 'webhooks'),
    repositories: (value) => {
      for (const item of value.items()) {
        const [alias, repository] = readRepository(item);
        repositories.set(alias, repository);
      }
    },
  });
  return repositories;
}

function readRepository(item: YamlValue): [alias: string, repository: RepositoryResource] {
  const fields: { alias?: string; name?: string; endpoint?: string; ref?: string } = {};
  readKeys(item, 'a repository', {
    ...ignore('trigger'),
    repository: (value) => {
      fields.alias = value.text();
    },
    type: (value) => {
      if (value.text() !== 'git') {
        throw value.error(
          `The local agent has repositories of the type git, not '${value.text()}'.`,
        );
      }
    },
    name: (value) => {
      fields.name = value.text();
    },
    endpoint: (value) => {
      fields.endpoint = value.text();
    },
    ref: (value) => {
      fields.ref = value.text();
    },
  });
  const { alias, name, endpoint, ref } = fields;
  if (alias === undefined || name === undefined) {
    throw item.error('A repository needs an alias, which is the value of repository, and a name.');
  }
  return [
    alias,
    {
      name,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(ref === undefined ? {} : { ref }),
    },
  ];
}
