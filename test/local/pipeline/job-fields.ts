import { ignore, refuse, unsupported, type Keys } from './keys.ts';
import type { PipelineJob } from './pipeline.ts';
import type { YamlValue } from './yaml-value.ts';

/** What a job of the file becomes: itself, one for each leg of its matrix, or one for each hook of a deployment. */
export interface JobGroup {
  readonly name: string;
  readonly jobs: readonly PipelineJob[];
  /** Those that a job which depends on this one waits for. */
  readonly waitsFor: readonly string[];
}

/** What a job and a deployment have in common; where it makes no difference on this machine, it is read over. */
export interface JobFields {
  name?: string;
  dependsOn?: string[];
  condition?: string;
}

/** The keys of {@link JobFields}. */
export function commonKeys(fields: JobFields): Keys {
  return {
    // Steps of a container job run on the machine itself here: there may be no Docker.
    ...ignore('displayName', 'container', 'variables', 'workspace', 'templateContext'),
    ...ignore('timeoutInMinutes', 'cancelTimeoutInMinutes'),
    ...refuse('continueOnError', 'services', 'uses'),
    pool: readPool,
    dependsOn: (value) => {
      fields.dependsOn = readNames(value);
    },
    condition: (value) => {
      fields.condition = value.text();
    },
  };
}

/** Every pool is this machine, but the one that has none. */
export function readPool(node: YamlValue): void {
  if (node.kind === 'scalar' && node.text() === 'server') throw unsupported(node, "'pool: server'");
}

/** One name, a list of them, or none. */
export function readNames(node: YamlValue): string[] {
  if (node.kind === 'list') return node.items().map((item) => item.text());
  return node.text() === '' ? [] : [node.text()];
}
