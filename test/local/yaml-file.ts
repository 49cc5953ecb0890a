import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Node as YamlNode,
} from 'yaml';

/** Values of a template's parameters, by lower-case name. */
export type Parameters = ReadonlyMap<string, YamlValue>;

/** A value in a pipeline file that knows where it stands and which parameters apply to it. */
export class YamlValue {
  readonly #node: YamlNode;
  readonly #file: YamlFile;

  constructor(node: YamlNode, file: YamlFile) {
    this.#node = node;
    this.#file = file;
  }

  /** Folder of the file, for templates beside it. */
  get folder(): string {
    return dirname(this.#file.path);
  }

  /** An error that names the place. */
  error(message: string): Error {
    const line = this.#file.lines.linePos(this.#node.range?.[0] ?? 0).line;
    return new Error(`${this.#file.path}:${line}: ${message}`);
  }

  /** The entries of a map, in order. */
  entries(): [string, YamlValue, YamlValue][] {
    const { node, file } = this.#resolve();
    if (!isMap(node)) throw this.error('A map is expected here.');
    return node.items.map(({ key, value }) => {
      const name = new YamlValue(key as YamlNode, file);
      // `key:` without a value is an empty scalar at the key's place.
      const content = value === null ? name.#empty() : new YamlValue(value as YamlNode, file);
      return [name.text(), content, name];
    });
  }

  /** The items of a list; an item that is a list parameter is replaced by the parameter's items. */
  items(): YamlValue[] {
    const { node, file } = this.#resolve();
    if (!isSeq(node)) throw this.error('A list is expected here.');
    return node.items.flatMap((item) => {
      const value = new YamlValue(item as YamlNode, file);
      const resolved = value.#resolve();
      return resolved.node !== item && isSeq(resolved.node) ? value.items() : [value];
    });
  }

  /** The text of a scalar as it is written, `${{ parameters.x }}` replaced. */
  text(): string {
    const { node, file } = this.#resolve();
    if (!isScalar(node)) throw this.error('A text is expected here.');
    // As written: Azure Pipelines has `true` and `1.0` as texts.
    const source = typeof node.value === 'string' ? node.value : (node.source ?? '');
    return source.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
      const parameter = new YamlValue(node, file).#parameter(expression);
      return parameter.text();
    });
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

  /** Whether it is a map, a list or a scalar. */
  get kind(): 'map' | 'list' | 'scalar' {
    const { node } = this.#resolve();
    if (isMap(node)) return 'map';
    return isSeq(node) ? 'list' : 'scalar';
  }

  /** The map of texts that `inputs:` and `env:` are. */
  texts(): Record<string, string> {
    return Object.fromEntries(this.entries().map(([name, value]) => [name, value.text()]));
  }

  #empty(): YamlValue {
    const document = parseDocument('""');
    const node = document.contents as YamlNode;
    node.range = this.#node.range ?? null;
    return new YamlValue(node, this.#file);
  }

  /** Follows an alias, and a scalar that is a parameter and nothing else. */
  #resolve(): { readonly node: YamlNode; readonly file: YamlFile } {
    let node = this.#node;
    if (isAlias(node)) {
      const target = node.resolve(this.#file.document);
      if (target === undefined) throw this.error('The alias is not known.');
      node = target as YamlNode;
    }
    if (isScalar(node) && typeof node.value === 'string') {
      const [, expression] = /^\s*\$\{\{([^}]*)\}\}\s*$/.exec(node.value) ?? [];
      if (expression !== undefined) return this.#parameter(expression).#resolve();
    }
    return { node, file: this.#file };
  }

  #parameter(expression: string): YamlValue {
    const [, name] = /^\s*parameters\.(\w+)\s*$/.exec(expression) ?? [];
    if (name === undefined) {
      throw this.error(
        `The expression \${{${expression}}} is not supported here: only \${{ parameters.name }}.`,
      );
    }
    const value = this.#file.parameters.get(name.toLowerCase());
    if (value === undefined) throw this.error(`There is no parameter '${name}'.`);
    return value;
  }
}

/** A parsed file. */
export interface YamlFile {
  readonly path: string;
  readonly lines: LineCounter;
  readonly document: ReturnType<typeof parseDocument>;
  readonly parameters: Parameters;
}

/**
 * Reads a YAML file. Its own `parameters:` get the given values or their defaults; one without either, or a
 * value for one that the file does not have, is an error.
 */
export function readYaml(
  path: string,
  given: Parameters = new Map(),
  givenBy?: YamlValue,
): YamlValue {
  const lines = new LineCounter();
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const message = `The file ${path} cannot be read: ${(error as Error).message}`;
    throw givenBy?.error(message) ?? new Error(message, { cause: error });
  }
  const document = parseDocument(content, { lineCounter: lines, keepSourceTokens: true });
  const [fault] = document.errors;
  if (fault !== undefined) throw new Error(`${path}: ${fault.message}`);
  if (document.contents === null) throw new Error(`${path} is empty.`);
  const bare: YamlFile = { path, lines, document, parameters: new Map() };
  const root = new YamlValue(document.contents, bare);
  const parameters = bindParameters(root, given, givenBy);
  return new YamlValue(document.contents, { ...bare, parameters });
}

/** Resolves a template's path, beside the file that names it or from the pipeline's root with a leading `/`. */
export function resolveTemplate(reference: YamlValue, root: string): string {
  const [path = '', repository = 'self'] = reference.text().split('@');
  if (repository.toLowerCase() !== 'self') {
    throw reference.error(`Templates of other repositories are not supported here: ${repository}`);
  }
  return path.startsWith('/') ? join(root, path) : join(reference.folder, path);
}

function bindParameters(
  root: YamlValue,
  given: Parameters,
  givenBy: YamlValue | undefined,
): Parameters {
  const declared = root.entries().find(([name]) => name === 'parameters')?.[1];
  const bound = new Map<string, YamlValue>();
  for (const [name, fallback, place] of declared === undefined ? [] : readDeclarations(declared)) {
    const value = given.get(name.toLowerCase()) ?? fallback;
    if (value === undefined) throw (givenBy ?? place).error(`The parameter '${name}' is missing.`);
    bound.set(name.toLowerCase(), value);
  }
  for (const [name, value] of given) {
    if (!bound.has(name)) throw value.error(`The template has no parameter '${name}'.`);
  }
  return bound;
}

/** Both forms: a list of `name`, `type`, `default`, and a map of names and defaults. */
function readDeclarations(declared: YamlValue): [string, YamlValue | undefined, YamlValue][] {
  if (declared.kind === 'map') return declared.entries();
  return declared.items().map((item) => {
    const fields = new Map(
      item.entries().map(([key, value, place]) => {
        if (!['name', 'displayName', 'type', 'default', 'values'].includes(key)) {
          throw place.error(`Unknown key '${key}' in a parameter.`);
        }
        return [key, value];
      }),
    );
    const name = fields.get('name');
    if (name === undefined) throw item.error('A parameter needs a name.');
    return [name.text(), fields.get('default'), item];
  });
}
