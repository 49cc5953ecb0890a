/** What an expression of Azure Pipelines is worth. */
export type Value =
  string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** A map. */
export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * As a text, the way the service writes it
 * (https://learn.microsoft.com/azure/devops/pipelines/process/expressions#type-casting).
 */
export function toText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') throw new Error('A list or a map is no text.');
  return String(value);
}

/** Whether it counts as true: not `false`, `null`, 0 and the empty text. */
export function toBoolean(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== '';
}

/** Less than 0, 0 or more than 0: `right` becomes what `left` is first; undefined where it cannot. */
export function compare(left: Value, right: Value): number | undefined {
  if (typeof left === 'boolean') return Number(left) - Number(toBoolean(right));
  if (typeof left === 'number') {
    const number = toNumber(right);
    return number === undefined ? undefined : left - number;
  }
  if (typeof left === 'string') {
    if (typeof right === 'object' && right !== null) return undefined;
    const [one, other] = [left, toText(right)].map((text) => text.toUpperCase());
    return one === other ? 0 : (one ?? '') < (other ?? '') ? -1 : 1;
  }
  return left === right ? 0 : undefined;
}

function toNumber(value: Value): number | undefined {
  if (value === null) return 0;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'object') return undefined;
  if (typeof value === 'string' && value.trim() === '') return 0;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}
