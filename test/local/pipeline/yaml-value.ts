import { dirname } from 'node:path';
import { faultAt, type SourceNode } from './source-node.ts';

/** A value in a pipeline file, expanded, that knows where it stands. */
export class YamlValue {
  readonly node: SourceNode;

  constructor(node: SourceNode) {
    this.node = node;
  }

  /** Folder of the file, for templates beside it. */
  get folder(): string {
    return dirname(this.node.place.path);
  }

  /** Whether it is a map, a list or a scalar. */
  get kind(): SourceNode['kind'] {
    return this.node.kind;
  }

  /** An error that names the place. */
  error(message: string): Error {
    return faultAt(this.node.place, message);
  }

  /** The entries of a map, in order: name, value, and the name with its place. */
  entries(): [string, YamlValue, YamlValue][] {
    const { node } = this;
    if (node.kind !== 'map') throw this.error(`A map is expected here, not ${describe(node)}.`);
    return node.entries.map(([key, value]) => [key.text, new YamlValue(value), new YamlValue(key)]);
  }

  /** The items of a list. */
  items(): YamlValue[] {
    const { node } = this;
    if (node.kind === 'list') return node.items.map((item) => new YamlValue(item));
    // `steps:` without any.
    if (node.kind === 'scalar' && node.text === '') return [];
    throw this.error(`A list is expected here, not ${describe(node)}.`);
  }

  /** The text of a scalar as it is written. */
  text(): string {
    const { node } = this;
    if (node.kind !== 'scalar') throw this.error(`A text is expected here, not a ${node.kind}.`);
    return node.text;
  }

  /** `true` or `false`. */
  boolean(): boolean {
    const text = this.text().toLowerCase();
    if (text !== 'true' && text !== 'false') throw this.error(`true or false is expected: ${text}`);
    return text === 'true';
  }

  /** A number. */
  number(): number {
    const number = Number(this.text());
    if (this.text().trim() === '' || Number.isNaN(number)) {
      throw this.error(`A number is expected: ${this.text()}`);
    }
    return number;
  }

  /** The map of texts that `inputs:` and `env:` are. */
  texts(): Record<string, string> {
    const { node } = this;
    if (node.kind === 'scalar' && node.text === '') {
      throw this.error('Nothing is below this key: indent the lines that belong to it.');
    }
    return Object.fromEntries(this.entries().map(([name, value]) => [name, value.text()]));
  }
}

function describe(node: SourceNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  return node.text === '' ? 'nothing' : `'${node.text.split('\n', 1)[0] ?? ''}'`;
}
