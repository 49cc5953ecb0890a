import { suggest } from '../closest.ts';
import type { YamlValue } from './yaml-value.ts';

/** Handles the value of one key of a map. */
export type Keys = Readonly<Record<string, (value: YamlValue, key: YamlValue) => void>>;

/** Keys that make no difference to a run on this machine. */
export function ignore(...keys: readonly string[]): Keys {
  return Object.fromEntries(keys.map((key) => [key, () => undefined]));
}

/** Keys of Azure Pipelines that the local agent would have to do something for, and does not. */
export function refuse(...keys: readonly string[]): Keys {
  return Object.fromEntries(
    keys.map((key) => [
      key,
      (_, place) => {
        throw unsupported(place, `'${key}'`);
      },
    ]),
  );
}

/** The one sentence for what the local agent does not do; docs/local-pipeline.md lists what it does. */
export function unsupported(value: YamlValue, what: string): Error {
  return value.error(
    `The local agent does not support ${what} (line ${value.node.place.line}); docs/local-pipeline.md lists what it does.`,
  );
}

/** Reads a map: each key must be one of `keys`, and stand there once. */
export function readKeys(node: YamlValue, what: string, keys: Keys): void {
  const seen = new Set<string>();
  for (const [key, value, place] of node.entries()) {
    if (!Object.hasOwn(keys, key)) {
      const known = Object.keys(keys);
      throw place.error(
        `Unknown key '${key}' in ${what}.${suggest(key, known)} Known here: ${known.join(', ')}.`,
      );
    }
    if (seen.has(key)) throw place.error(`The key '${key}' stands twice in ${what}.`);
    seen.add(key);
    keys[key]?.(value, place);
  }
}
