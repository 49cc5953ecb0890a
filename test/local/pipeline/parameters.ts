import { suggest } from '../closest.ts';
import { toBoolean, type Value } from '../expressions/value.ts';
import { faultAt, toValue, type Place, type ScalarNode, type SourceNode } from './source-node.ts';

/** Values for the parameters of a file, by lower-case name. */
export type GivenParameters = ReadonlyMap<string, SourceNode>;

interface Declaration {
  readonly name: string;
  readonly place: Place;
  readonly type: string;
  readonly fallback: SourceNode | undefined;
  /** What is allowed; everything, where there are none. */
  readonly values: readonly string[];
}

/** Types whose values are texts and the like; every other one is a list or a map. */
const scalarTypes = ['string', 'number', 'boolean'];
const nodeTypes =
  'object step stepList job jobList deployment deploymentList stage stageList stringList';
const types = [...scalarTypes, ...nodeTypes.split(' ')];

/**
 * Binds the parameters that a file declares to given values or their defaults, as expressions see them. One
 * without either, one of another type and one that is not declared are errors; `givenAt` says where the values
 * were given.
 */
export function bindParameters(
  declared: SourceNode | undefined,
  given: GivenParameters,
  givenAt: Place | undefined,
): Readonly<Record<string, Value>> {
  const declarations = declared === undefined ? [] : readDeclarations(declared);
  const names = declarations.map(({ name }) => name);
  for (const [key, { place }] of given) {
    if (names.some((name) => name.toLowerCase() === key)) continue;
    const known = names.join(', ') || 'none';
    throw faultAt(
      place,
      `There is no parameter '${key}'.${suggest(key, names)} Declared are: ${known}.`,
    );
  }
  return Object.fromEntries(
    declarations.map((declaration) => {
      const { name, place, fallback } = declaration;
      const value = given.get(name.toLowerCase()) ?? fallback;
      if (value === undefined) {
        throw faultAt(givenAt ?? place, `The parameter '${name}' has no value and no default.`);
      }
      return [name, readParameter(value, declaration)];
    }),
  );
}

/** Both forms: a list of `name`, `type`, `default`, and a map of names and defaults. */
function readDeclarations(declared: SourceNode): Declaration[] {
  if (declared.kind === 'scalar') throw faultAt(declared.place, 'Parameters are a list or a map.');
  if (declared.kind === 'map') {
    return declared.entries.map(([{ text: name, place }, fallback]) => ({
      name,
      place,
      type: fallback.kind === 'scalar' ? 'string' : 'object',
      fallback,
      values: [],
    }));
  }
  return declared.items.map(readDeclaration);
}

function readDeclaration(item: SourceNode): Declaration {
  if (item.kind !== 'map') throw faultAt(item.place, 'A parameter is a map with a name.');
  const fields = new Map(item.entries.map(([key, value]) => [key.text, value]));
  for (const [{ text, place }] of item.entries) {
    if (!['name', 'displayName', 'type', 'default', 'values'].includes(text)) {
      throw faultAt(place, `Unknown key '${text}' in a parameter.`);
    }
  }
  const name = readText(fields.get('name'));
  if (name === undefined) throw faultAt(item.place, 'A parameter needs a name.');
  const type = readText(fields.get('type')) ?? 'string';
  if (!types.includes(type)) {
    throw faultAt(item.place, `Unknown type '${type}' of '${name}'; known: ${types.join(', ')}.`);
  }
  const values = fields.get('values');
  return {
    name,
    place: item.place,
    type,
    fallback: fields.get('default'),
    values: values?.kind === 'list' ? values.items.map((value) => readText(value) ?? '') : [],
  };
}

const readText = (node: SourceNode | undefined): string | undefined =>
  node?.kind === 'scalar' ? node.text : undefined;

function readParameter(node: SourceNode, declaration: Declaration): Value {
  const { name, type, values } = declaration;
  if (!scalarTypes.includes(type)) return toValue(node);
  if (node.kind !== 'scalar') {
    throw faultAt(node.place, `The parameter '${name}' is a ${type}, not a ${node.kind}.`);
  }
  if (values.length > 0 && !values.includes(node.text)) {
    throw faultAt(
      node.place,
      `'${node.text}' is not allowed for the parameter '${name}'; allowed are: ${values.join(', ')}.`,
    );
  }
  return convert(node, declaration);
}

function convert(node: ScalarNode, { name, type }: Declaration): Value {
  const { text, place } = node;
  if (type === 'string') return text;
  if (type === 'boolean' && /^(?:true|false)$/i.test(text)) {
    return toBoolean(text.toLowerCase() === 'true');
  }
  if (type === 'number' && text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text);
  throw faultAt(place, `'${text}' is no ${type}, and the parameter '${name}' is one.`);
}
