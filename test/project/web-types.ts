import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './source.ts';

export const webTypesFile = 'web/src/api/schema.gen.d.ts';

const head = `// Written by \`npm run record\` from golden/openapi.json: never edit it by hand.
// By route: what a call takes (path, query and body together), and its answer.`;

type Json = Record<string, unknown>;
type Parameter = { name?: string; in?: string; required?: boolean; schema?: Json };

/** The TypeScript type of a JSON schema of OpenAPI 3.1. */
function typeOf(schema: Json): string {
  const { $ref, anyOf, oneOf, allOf, enum: words, const: word, type } = schema;
  if (typeof $ref === 'string') return `Schemas['${$ref.split('/').at(-1)}']`;
  if (word !== undefined) return JSON.stringify(word);
  if (Array.isArray(words)) return words.map((one) => JSON.stringify(one)).join(' | ');
  const choice = (anyOf ?? oneOf) as Json[] | undefined;
  if (choice) return choice.map((one) => `(${typeOf(one)})`).join(' | ');
  if (allOf) return (allOf as Json[]).map((one) => `(${typeOf(one)})`).join(' & ');
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' | ');
  if (type === 'array') return `(${typeOf((schema.items as Json) ?? {})})[]`;
  if (type === 'object') return objectType(schema);
  return (
    { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' }[
      String(type)
    ] ?? 'unknown'
  );
}

function objectType({ properties = {}, required = [], additionalProperties }: Json): string {
  const members = Object.entries(properties as Record<string, Json>).map(([name, schema]) => {
    const mark = (required as string[]).includes(name) ? '' : '?';
    return `${JSON.stringify(name)}${mark}: ${typeOf(schema)}`;
  });
  if (members.length > 0) return `{ ${members.join('; ')} }`;
  const values = additionalProperties as Json | boolean | undefined;
  return `Record<string, ${typeof values === 'object' ? typeOf(values) : 'unknown'}>`;
}

const contentOf = (holder: unknown, media: string): Json | undefined =>
  (holder as { content?: Record<string, { schema?: Json }> } | undefined)?.content?.[media]?.schema;

function operationType(operation: Json): string {
  const parameters = ((operation.parameters ?? []) as Parameter[]).filter(
    ({ in: place }) => place === 'path' || place === 'query',
  );
  const body =
    contentOf(operation.requestBody, 'application/json') ??
    contentOf(operation.requestBody, 'multipart/form-data');
  const given = objectType({
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name!, schema ?? {}])),
    required: parameters.filter((one) => one.required).map((one) => one.name!),
  });
  const input = [...(parameters.length > 0 ? [given] : []), ...(body ? [typeOf(body)] : [])];
  const answers = operation.responses as Record<string, unknown>;
  const answer = ['200', '201', '202'].flatMap((status) => {
    const schema = contentOf(answers[status], 'application/json');
    return schema ? [typeOf(schema)] : [];
  });
  const answered = answer.length > 0 ? answer.join(' | ') : 'unknown';
  return `{ input: ${input.join(' & ') || 'Record<string, never>'}; answer: ${answered} }`;
}

/** The source of `schema.gen.d.ts`, from the description of the API. */
export function webTypes(): string {
  const api = JSON.parse(readFileSync(path.join(root, 'golden/openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, Json>>;
    components: { schemas: Record<string, Json> };
  };
  const schemas = Object.entries(api.components.schemas).map(
    ([name, schema]) => `  ${name}: ${typeOf(schema)};`,
  );
  const routes = Object.entries(api.paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => `  '${method.toUpperCase()} ${at}': ${operationType(operation)};`,
    ),
  );
  const section = (name: string, lines: string[]) =>
    [`export interface ${name} {`, ...lines, '}'].join('\n');
  return `${[head, section('Schemas', schemas), section('Api', routes)].join('\n\n')}\n`;
}

// `npm run record` writes it after the goldens that it is made from.
if (import.meta.main) writeFileSync(path.join(root, webTypesFile), webTypes());
