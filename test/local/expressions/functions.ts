import { compare, isList, isMap, toBoolean, toText, type Value } from './value.ts';

/** A function of the expression language. */
export interface ExpressionFunction {
  /** How many arguments it takes: at least, and at most. */
  readonly arity: readonly [least: number, most: number];
  readonly call: (args: readonly Value[]) => Value;
}

const many = Number.POSITIVE_INFINITY;
const text = (value: Value | undefined): string => toText(value ?? null);
const upper = (value: Value | undefined): string => text(value).toUpperCase();
const areEqual = (one: Value | undefined, other: Value | undefined): boolean =>
  compare(one ?? null, other ?? null) === 0;

const order = (test: (difference: number) => boolean): ExpressionFunction => ({
  arity: [2, 2],
  call: ([one = null, other = null]) => {
    const difference = compare(one, other);
    return difference !== undefined && test(difference);
  },
});
const onTexts = (test: (one: string, other: string) => boolean): ExpressionFunction => ({
  arity: [2, 2],
  call: ([one, other]) => test(upper(one), upper(other)),
});

/** The functions that need nothing but their arguments, by name, whose case does not count. */
export const functions: Readonly<Record<string, ExpressionFunction>> = {
  and: { arity: [2, many], call: (args) => args.every(toBoolean) },
  or: { arity: [2, many], call: (args) => args.some(toBoolean) },
  not: { arity: [1, 1], call: ([value = null]) => !toBoolean(value) },
  xor: {
    arity: [2, 2],
    call: ([one = null, other = null]) => toBoolean(one) !== toBoolean(other),
  },
  eq: { arity: [2, 2], call: ([one, other]) => areEqual(one, other) },
  ne: { arity: [2, 2], call: ([one, other]) => !areEqual(one, other) },
  gt: order((difference) => difference > 0),
  ge: order((difference) => difference >= 0),
  lt: order((difference) => difference < 0),
  le: order((difference) => difference <= 0),
  in: {
    arity: [1, many],
    call: ([value, ...others]) => others.some((other) => areEqual(value, other)),
  },
  notIn: {
    arity: [1, many],
    call: ([value, ...others]) => !others.some((other) => areEqual(value, other)),
  },
  counter: {
    arity: [0, many],
    call: () => {
      throw new Error(
        "The local agent does not support the function 'counter': it has no runs before this one.",
      );
    },
  },
  contains: onTexts((one, other) => one.includes(other)),
  startsWith: onTexts((one, other) => one.startsWith(other)),
  endsWith: onTexts((one, other) => one.endsWith(other)),
  containsValue: {
    arity: [2, 2],
    call: ([values = null, wanted]) => {
      const all = isList(values) ? values : isMap(values) ? Object.values(values) : [];
      return all.some((value) => areEqual(value, wanted));
    },
  },
  iif: {
    arity: [3, 3],
    call: ([condition = null, one = null, other = null]) => (toBoolean(condition) ? one : other),
  },
  coalesce: {
    arity: [2, many],
    call: (args) => args.find((value) => value !== null && value !== '') ?? null,
  },
  format: {
    arity: [1, many],
    call: ([pattern, ...values]) =>
      text(pattern).replaceAll(/\{\{|\}\}|\{(\d+)\}/g, (whole, index: string | undefined) =>
        index === undefined ? whole.slice(1) : text(values[Number(index)]),
      ),
  },
  join: {
    arity: [2, 2],
    call: ([separator, values = null]) =>
      isList(values)
        ? values
            .map((value) => (typeof value === 'object' ? '' : toText(value)))
            .join(text(separator))
        : text(values),
  },
  split: { arity: [2, 2], call: ([value, separator]) => text(value).split(text(separator)) },
  length: {
    arity: [1, 1],
    call: ([value = null]) => {
      if (isList(value)) return value.length;
      return isMap(value) ? Object.keys(value).length : text(value).length;
    },
  },
  lower: { arity: [1, 1], call: ([value]) => text(value).toLowerCase() },
  upper: { arity: [1, 1], call: ([value]) => upper(value) },
  trim: { arity: [1, 1], call: ([value]) => text(value).trim() },
  replace: {
    arity: [3, 3],
    call: ([value, from, to]) => text(value).replaceAll(text(from), text(to)),
  },
  convertToJson: { arity: [1, 1], call: ([value = null]) => JSON.stringify(value, undefined, 2) },
};
