import { functions, type ExpressionFunction } from './functions.ts';
import { parseExpression, type Expression } from './parse.ts';
import { isList, isMap, toText, type Value } from './value.ts';

/** What an expression can speak of. */
export interface Context {
  /** By name, whose case does not count: `parameters`, `variables` and others. */
  readonly names: Readonly<Record<string, Value>>;
  /** Functions that only this context has, by name. */
  readonly functions?: Readonly<Record<string, ExpressionFunction>>;
  /** Names of which every member must be there, because a missing one is a typing error. */
  readonly strict?: ReadonlySet<string>;
}

/** What an expression is worth; throws for one that is wrong, or speaks of what the context does not have. */
export function evaluate(expression: Expression | string, context: Context): Value {
  const parsed = typeof expression === 'string' ? parseExpression(expression) : expression;
  if (parsed.kind === 'literal') return parsed.value;
  if (parsed.kind === 'name') return find(context.names, parsed.name, 'name');
  return parsed.kind === 'index' ? evaluateIndex(parsed, context) : evaluateCall(parsed, context);
}

function evaluateIndex(
  { of, key }: Extract<Expression, { kind: 'index' }>,
  context: Context,
): Value {
  const object = evaluate(of, context);
  const wanted = toText(evaluate(key, context));
  if (isList(object)) return object[Number(wanted)] ?? null;
  if (!isMap(object)) return null;
  const found = Object.entries(object).find(
    ([name]) => name.toLowerCase() === wanted.toLowerCase(),
  );
  if (found !== undefined) return found[1];
  if (of.kind === 'name' && context.strict?.has(of.name.toLowerCase()) === true) {
    const known = Object.keys(object).join(', ') || 'none';
    throw new Error(`There is no '${wanted}' in ${of.name}; known: ${known}.`);
  }
  return null;
}

function evaluateCall(
  { name, args }: Extract<Expression, { kind: 'call' }>,
  context: Context,
): Value {
  const {
    arity: [least, most],
    call,
  } = find({ ...functions, ...context.functions }, name, 'function');
  if (args.length < least || args.length > most) {
    const count = least === most ? String(least) : `${least} or more`;
    throw new Error(`The function '${name}' takes ${count} arguments, not ${args.length}.`);
  }
  return call(args.map((arg) => evaluate(arg, context)));
}

function find<T>(all: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = Object.entries(all).find(([key]) => key.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found[1];
  const known = Object.keys(all).toSorted().join(', ') || 'none';
  throw new Error(`The ${what} '${name}' is not known here; known: ${known}.`);
}
