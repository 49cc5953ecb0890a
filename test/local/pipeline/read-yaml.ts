import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { findClosest } from '../closest.ts';
import type { Value } from '../expressions/value.ts';
import { expand } from './expand.ts';
import { bindParameters, type GivenParameters } from './parameters.ts';
import {
  faultAt,
  fromValue,
  toSourceNode,
  toValue,
  type Place,
  type SourceNode,
} from './source-node.ts';
import { YamlValue } from './yaml-value.ts';

/** What a file is read with. */
export interface ReadOptions {
  /** Values for its `parameters:`. */
  readonly parameters?: GivenParameters;
  /** Variables that expressions may ask for, beside its own. */
  readonly variables?: Readonly<Record<string, Value>>;
  /** Where the file is named. */
  readonly from?: Place;
}

/** Reads a YAML file, and evaluates its template expressions. Each fault says where it is, and what is wrong. */
export function readYaml(path: string, options: ReadOptions = {}): YamlValue {
  const { parameters = new Map<string, SourceNode>(), variables = {}, from } = options;
  const content = readText(path, from);
  if (content.trim() === '') throw new Error(`${path} is empty.`);
  const root = parse(content, path);
  if (root.kind !== 'map') {
    throw faultAt(root.place, 'A pipeline file is a map, with steps, jobs, stages or extends.');
  }
  const declared = root.entries.find(([key]) => key.text === 'parameters')?.[1];
  const names = { parameters: bindParameters(declared, parameters, from), variables };
  // Declarations hold no expressions.
  const entries = root.entries.filter(([key]) => key.text !== 'parameters');
  return new YamlValue(expand({ ...root, entries }, { names, strict: new Set(['parameters']) }));
}

/** The parameters of a command line, `name=value`, whose values are YAML. */
export function readGivenParameters(texts: readonly string[]): GivenParameters {
  return new Map(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) {
        throw new Error(`A parameter is written as --parameter name=value: ${text}`);
      }
      const place = { path: `--parameter ${name.trim()}`, line: 0 };
      return [name.trim().toLowerCase(), atPlace(parse(value, place.path), place)];
    }),
  );
}

/** The same, as if all of it stood at one place. */
const atPlace = (node: SourceNode, place: Place): SourceNode =>
  node.kind === 'scalar' ? { ...node, place } : fromValue(structuredClone(toValue(node)), place);

function readText(path: string, from: Place | undefined): string {
  try {
    if (statSync(path).isDirectory()) {
      throw new Error(`${path} is a folder. Name the pipeline file in it.`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const text = code === 'ENOENT' ? `There is no file ${path}.${suggestBeside(path)}` : message;
    throw from === undefined ? new Error(text, { cause: error }) : faultAt(from, text, error);
  }
}

/** A file in the same folder whose name is near. */
function suggestBeside(path: string): string {
  const folder = dirname(path);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const closest = findClosest(
    basename(path),
    names.filter((name) => /\.ya?ml$/.test(name)),
  );
  return closest === undefined ? '' : ` Did you mean ${join(folder, closest)}?`;
}

function parse(content: string, path: string): SourceNode {
  if (content === '') return { kind: 'scalar', place: { path, line: 1 }, text: '', value: '' };
  if (/^---/m.test(content.replace(/^(?:\s|#.*\n|%.*\n)*---/, ''))) {
    throw new Error(`${path} has several documents. A pipeline file is one: take out '---'.`);
  }
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, keepSourceTokens: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const place = { path, line: lines.linePos(fault.pos[0]).line };
    // The first sentence; a picture of the line follows, which the place makes needless.
    const what = fault.message.split(' at line ', 1)[0] ?? '';
    const hint = 'Look at how far this line and the one before it are indented.';
    throw faultAt(place, `This is no YAML: ${what}. ${hint}`, fault);
  }
  if (document.contents === null) throw new Error(`${path} is empty.`);
  return toSourceNode(document.contents, { path, lines, document });
}
