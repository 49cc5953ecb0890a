import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import { toText, type Value } from '../expressions/value.ts';

/** Where something stands. */
export interface Place {
  readonly path: string;
  /** From 1; 0 for what stands in no file. */
  readonly line: number;
}

/** A text of a pipeline file. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  /** As it is written: Azure Pipelines has `true` and `1.0` as texts. */
  readonly text: string;
  /** What an expression makes of it. */
  readonly value: Value;
}

/** A part of a pipeline file, with its place. */
export type SourceNode =
  | ScalarNode
  | { readonly kind: 'list'; readonly place: Place; readonly items: readonly SourceNode[] }
  | {
      readonly kind: 'map';
      readonly place: Place;
      readonly entries: readonly (readonly [key: ScalarNode, value: SourceNode])[];
    };

/** The file that nodes are read from. */
export interface SourceFile {
  readonly path: string;
  readonly lines: LineCounter;
  readonly document: Document;
}

/** An error that says where: `pipeline.yml:12: ...`. */
export function faultAt({ path, line }: Place, message: string, cause?: unknown): Error {
  return new Error(`${path}${line === 0 ? '' : `:${line}`}: ${message}`, { cause });
}

/** Reads what the YAML library has parsed; `place` is that of an empty value. */
export function toSourceNode(node: Node | null, file: SourceFile, place?: Place): SourceNode {
  const own: Place =
    node?.range === undefined || node.range === null
      ? (place ?? { path: file.path, line: 1 })
      : { path: file.path, line: file.lines.linePos(node.range[0]).line };
  if (node === null) return toScalar('', '', own);
  if (isAlias(node)) {
    const target = node.resolve(file.document);
    if (target === undefined) throw faultAt(own, `The alias '${node.source}' is not known.`);
    return toSourceNode(target, file, own);
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => toSourceNode(item as Node | null, file, own));
    return { kind: 'list', place: own, items };
  }
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => {
      const name = toSourceNode(key as Node, file, own);
      if (name.kind !== 'scalar') throw faultAt(name.place, 'A key is a text.');
      return [name, toSourceNode(value as Node | null, file, name.place)] as const;
    });
    return { kind: 'map', place: own, entries };
  }
  if (!isScalar(node)) throw faultAt(own, 'A text, a list or a map is expected.');
  const { value, source = '' } = node;
  if (typeof value === 'string') return toScalar(value, value, own);
  return toScalar(
    source,
    typeof value === 'boolean' || typeof value === 'number' ? value : '',
    own,
  );
}

const toScalar = (text: string, value: Value, place: Place): ScalarNode => ({
  kind: 'scalar',
  place,
  text,
  value,
});

/** Where the lists and maps that expressions work with come from. */
const origins = new WeakMap<object, SourceNode>();

/** What an expression sees of a node. */
export function toValue(node: SourceNode): Value {
  if (node.kind === 'scalar') return node.value;
  const value =
    node.kind === 'list'
      ? node.items.map(toValue)
      : Object.fromEntries(node.entries.map(([key, entry]) => [key.text, toValue(entry)]));
  origins.set(value, node);
  return value;
}

/** A value of an expression as a part of the file; what came from a file keeps its place there. */
export function fromValue(value: Value, place: Place): SourceNode {
  if (typeof value !== 'object' || value === null) return toScalar(toText(value), value, place);
  const origin = origins.get(value);
  if (origin !== undefined) return origin;
  if (Array.isArray(value)) {
    return {
      kind: 'list',
      place,
      items: (value as readonly Value[]).map((item) => fromValue(item, place)),
    };
  }
  const entries = Object.entries(value).map(
    ([key, entry]) => [toScalar(key, key, place), fromValue(entry, place)] as const,
  );
  return { kind: 'map', place, entries };
}
