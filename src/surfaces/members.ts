import { type JsonSchema, toJsonSchema } from '../json-schema.ts';
import type { Operation } from '../operation.ts';
import { readJson } from './json-body.ts';

type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null';

/** A member of an operation's input: its place in the request, its schema and JSON types. */
export type Member = {
  name: string;
  in: 'path' | 'query' | 'body';
  required: boolean;
  schema: JsonSchema;
  types: ReadonlySet<JsonType>;
};

/** The parts of an operation's route; `path` keeps the `{name}` of its parameters. */
export function splitRoute(operation: Operation): {
  method: string;
  path: string;
  pathNames: string[];
} {
  const [method = '', path = ''] = operation.route.split(' ');
  return { method, path, pathNames: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!) };
}

/** The members of the operations that were described before. */
const described = new Map<Operation, readonly Member[]>();

/** The members of an operation's input in the order of its schema. */
export function describeMembers(operation: Operation): readonly Member[] {
  const stored = described.get(operation);
  if (stored) return stored;
  const { method, pathNames } = splitRoute(operation);
  const inBody = method !== 'GET' && (operation.body ?? 'json') === 'json';
  const schema = inlineDefs(toJsonSchema(operation.input, 'input'));
  const members = Object.entries(schema.properties ?? {}).map(([name, property]): Member => {
    const own = typeof property === 'boolean' ? {} : property;
    const otherPlace = inBody ? 'body' : 'query';
    return {
      name,
      in: pathNames.includes(name) ? 'path' : otherPlace,
      required: schema.required?.includes(name) ?? false,
      schema: own,
      types: typesOf(own),
    };
  });
  described.set(operation, members);
  return members;
}

function inlineDefs({ $defs = {}, ...schema }: JsonSchema): JsonSchema {
  const inline = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_name, item) => {
      const name = /^#\/\$defs\/(.+)$/.exec(item?.$ref ?? '')?.[1];
      return name ? inline($defs[name]) : item;
    });
  return inline(schema) as JsonSchema;
}

function typesOf(schema: JsonSchema): Set<JsonType> {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (branches.length > 0)
    return new Set(
      branches.flatMap((branch) => (typeof branch === 'boolean' ? [] : [...typesOf(branch)])),
    );
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0) return new Set(types as JsonType[]);
  const literals = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  return new Set(
    literals.map((literal) => (literal === null ? 'null' : (typeof literal as JsonType))),
  );
}

/**
 * Converts text of a query string or a command line to the types of a member: numbers, booleans,
 * JSON for objects, JSON or commas for arrays. Text of no such type stays text, so that validation
 * refuses it by name.
 */
export function coerceText(text: string, member: Member): unknown {
  const { types } = member;
  if (types.has('array') && !text.trimStart().startsWith('['))
    return text === '' ? [] : text.split(',').map((item) => coerceItem(item, member));
  if (types.has('array') || types.has('object')) {
    const value = parseJson(text);
    if (value !== undefined && typeof value === 'object') return value;
  }
  return coerceScalar(text, types);
}

/** As `coerceText`, for a query parameter that may be given several times. */
export function coerceTexts(texts: readonly string[], member: Member): unknown {
  if (!member.types.has('array')) return texts.length === 1 ? coerceText(texts[0]!, member) : texts;
  return texts.length === 1
    ? coerceText(texts[0]!, member)
    : texts.map((text) => coerceItem(text, member));
}

function coerceItem(text: string, member: Member): unknown {
  const arrays = [member.schema, ...(member.schema.anyOf ?? [])].filter(
    (schema) => typeof schema !== 'boolean' && schema.type === 'array',
  );
  const items = (arrays[0] as JsonSchema | undefined)?.items;
  return typeof items === 'object' && !Array.isArray(items)
    ? coerceScalar(text.trim(), typesOf(items))
    : text.trim();
}

function coerceScalar(text: string, types: ReadonlySet<JsonType>): unknown {
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if ((types.has('integer') || types.has('number')) && /^-?\d+(\.\d+)?$/.test(text))
    return Number(text);
  if (types.has('null') && text === 'null') return null;
  return text;
}

function parseJson(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}
