import { evaluate, type Context } from '../expressions/evaluate.ts';
import { isList, isMap, toBoolean, toText, type Value } from '../expressions/value.ts';
import {
  faultAt,
  fromValue,
  toValue,
  type Place,
  type ScalarNode,
  type SourceNode,
} from './source-node.ts';

type MapNode = Extract<SourceNode, { kind: 'map' }>;
type Entry = MapNode['entries'][number];

/** A key such as `${{ if eq(a, b) }}`: what is to be done with the value below it. */
interface Directive {
  readonly word: string;
  readonly rest: string;
  readonly place: Place;
}

/**
 * Evaluates every `${{ }}` of a node, in keys and values, as the service does before a run begins
 * (https://learn.microsoft.com/azure/devops/pipelines/process/template-expressions). Variables of a stage or
 * a job are known to what stands beside them.
 */
export function expand(node: SourceNode, context: Context): SourceNode {
  if (node.kind === 'scalar') return expandScalar(node, context);
  if (node.kind === 'list') {
    return { ...node, items: expandItems(node.items, context) };
  }
  return { ...node, entries: expandEntries(node.entries, withOwnVariables(node, context)) };
}

function expandScalar(node: ScalarNode, context: Context): SourceNode {
  const { text, place } = node;
  const [, whole] = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(text) ?? [];
  if (whole !== undefined) return fromValue(evaluateAt(whole, place, context), place);
  if (!text.includes('${{')) return node;
  const expanded = text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const value = evaluateAt(expression, place, context);
    if (typeof value === 'object' && value !== null) {
      throw faultAt(place, `\${{${expression}}} is a list or a map, and stands within a text.`);
    }
    return toText(value);
  });
  if (/\$\{\{(?!.*\}\})/s.test(text))
    throw faultAt(place, "An expression begins with '${{' and has no '}}'.");
  return { ...node, text: expanded, value: expanded };
}

function expandItems(items: readonly SourceNode[], context: Context): SourceNode[] {
  const chain = new Chain(context);
  return items.flatMap((item) => {
    const [only] = item.kind === 'map' && item.entries.length === 1 ? item.entries : [];
    const directive = only && readDirective(only[0]);
    if (only !== undefined && directive !== undefined) {
      return chain.contexts(directive).flatMap((own) => toItems(expand(only[1], own)));
    }
    chain.end();
    const expanded = expand(item, context);
    // A list that is the value of an expression takes the expression's place.
    return item.kind === 'scalar' ? toItems(expanded) : [expanded];
  });
}

const toItems = (node: SourceNode): readonly SourceNode[] =>
  node.kind === 'list' ? node.items : [node];

function expandEntries(entries: readonly Entry[], context: Context): Entry[] {
  const chain = new Chain(context);
  return entries.flatMap(([key, value]): readonly Entry[] => {
    const directive = readDirective(key);
    if (directive !== undefined) {
      return chain.contexts(directive).flatMap((own) => toEntries(expand(value, own)));
    }
    chain.end();
    const name = expandScalar(key, context);
    if (name.kind !== 'scalar') throw faultAt(key.place, 'A key is a text.');
    return [[name, expand(value, context)]];
  });
}

function toEntries(node: SourceNode): readonly Entry[] {
  if (node.kind === 'map') return node.entries;
  if (node.kind === 'scalar' && node.text === '') return [];
  throw faultAt(node.place, 'A map is expected here, because the expression stands in one.');
}

function readDirective(key: ScalarNode): Directive | undefined {
  const [, word, rest = ''] =
    /^\s*\$\{\{\s*(if|elseif|else|each|insert)\b(.*)\}\}\s*$/s.exec(key.text) ?? [];
  return word === undefined ? undefined : { word, rest, place: key.place };
}

/** Follows `if`, `elseif` and `else` from one entry to the next. */
class Chain {
  readonly #context: Context;
  /** Whether one of the chain was true; undefined outside of a chain. */
  #isDecided: boolean | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  end(): void {
    this.#isDecided = undefined;
  }

  /** The contexts in which the value of a directive counts: one, none, or one for each member. */
  contexts(directive: Directive): readonly Context[] {
    const { word, rest, place } = directive;
    const context = this.#context;
    if (word === 'insert') return [context];
    if (word === 'each') {
      this.end();
      return readMembers(rest, place, context);
    }
    if (word === 'if') this.#isDecided = false;
    if (this.#isDecided === undefined) throw faultAt(place, `There is no 'if' before '${word}'.`);
    const holds =
      !this.#isDecided && (word === 'else' || toBoolean(evaluateAt(rest, place, context)));
    this.#isDecided ||= holds;
    return holds ? [context] : [];
  }
}

function readMembers(rest: string, place: Place, context: Context): Context[] {
  const [, name, expression] = /^\s*(\w+)\s+in\s+(.+)$/s.exec(rest) ?? [];
  if (name === undefined || expression === undefined) {
    throw faultAt(place, "'each' is written as ${{ each name in list }}.");
  }
  const values = evaluateAt(expression, place, context);
  const members: readonly Value[] = isList(values)
    ? values
    : isMap(values)
      ? Object.entries(values).map(([key, value]) => ({ key, value }))
      : [];
  return members.map((member) => ({
    ...context,
    names: { ...context.names, [name.toLowerCase()]: member },
  }));
}

/** The context with the variables that a map declares. */
function withOwnVariables(node: MapNode, context: Context): Context {
  const declared = node.entries.find(([key]) => key.text === 'variables')?.[1];
  if (declared === undefined) return context;
  const expanded = expand(declared, context);
  const known = context.names['variables'] ?? {};
  const own = expanded.kind === 'scalar' ? {} : readVariables(expanded);
  return { ...context, names: { ...context.names, variables: { ...(known as object), ...own } } };
}

function readVariables(node: Exclude<SourceNode, ScalarNode>): Record<string, Value> {
  if (node.kind === 'map') return { ...(toValue(node) as object) };
  return Object.fromEntries(
    node.items.map(toValue).flatMap((item): [string, Value][] => {
      if (!isMap(item) || typeof item['name'] !== 'string') return [];
      return [[item['name'], item['value'] ?? '']];
    }),
  );
}

function evaluateAt(expression: string, place: Place, context: Context): Value {
  try {
    return evaluate(expression, context);
  } catch (error) {
    throw faultAt(place, `\${{${expression}}}: ${(error as Error).message}`, error);
  }
}
