import { type JsonSchema, toJsonSchema } from '../../json-schema.ts';
import type { Operation } from '../../operation.ts';
import { version } from '../../version.ts';
import { describeMembers, type Member, splitRoute } from '../members.ts';
import { apiDialect, type Dialect, isWrite, ref } from './dialect.ts';

const warnings: JsonSchema = {
  type: 'array',
  description:
    'Fields that were ignored, and why. With `Prefer: handling=strict` they are an error instead.',
  items: {
    type: 'object',
    required: ['pointer', 'code', 'message'],
    properties: {
      pointer: { type: 'string' },
      code: { type: 'string' },
      message: { type: 'string' },
    },
  },
};

type Schemas = Record<string, unknown>;

/** The OpenAPI 3.1 description of an API's operations. */
export function buildOpenApi(
  operations: readonly Operation[],
  dialect: Dialect = apiDialect,
): Record<string, unknown> {
  const { base, nouns } = dialect;
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas: Schemas = Object.fromEntries(
    Object.entries(dialect.failure).map(([name, shape]) => [name, toJsonSchema(shape, 'output')]),
  );
  for (const operation of operations) {
    const { method, path } = splitRoute(operation);
    const shortPath = path.slice(base.length);
    const item = paths[shortPath] ?? {};
    item[method.toLowerCase()] = describeOperation(operation, dialect, schemas);
    paths[shortPath] = item;
  }
  const tags = [...new Set(operations.map(dialect.tagOf))]
    .sort((one, other) => Object.keys(nouns).indexOf(one) - Object.keys(nouns).indexOf(other))
    .map((name) => ({
      name,
      'x-displayName': nouns[name]?.[0] ?? name,
      description: nouns[name]?.[1] ?? name,
    }));
  const used = new Set(operations.flatMap(dialect.headersOf));
  return {
    openapi: '3.1.0',
    info: {
      title: dialect.title,
      version,
      summary: 'Self-hosted outreach campaign engine',
      description: dialect.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: base || '/' }],
    security: [{ bearer: [] }, ...(dialect.sessions ? [{ session: [] }] : [])],
    tags,
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key: the first one is in .data/admin.key on the server; ' +
            '`npx postrider keys create --name ci` or POST /api/keys makes more.',
        },
        ...(dialect.sessions ? { session: sessionScheme } : {}),
      },
      parameters: Object.fromEntries(Object.entries(parameters).filter(([name]) => used.has(name))),
      schemas,
    },
  };
}

const sessionScheme = {
  type: 'apiKey',
  in: 'cookie',
  name: 'postrider_session',
  description:
    'The cookie that POST /api/sessions sets; over https its name begins with `__Host-` or ' +
    '`__Secure-`. A write by it needs `Sec-Fetch-Site: same-origin`, as browsers send it.',
};

const parameters: Record<string, unknown> = {
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`handling=strict`: an ignored field is an error, not a warning.',
    schema: { type: 'string' },
  },
  Workspace: {
    name: 'postrider-workspace',
    in: 'header',
    description:
      'The workspace of a call by session; the first one of the person without it. A key has one.',
    schema: { type: 'string', format: 'uuid' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key with the same request gives the stored answer and changes nothing.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
};

const eventsDescription =
  'Events `progress` and `done`; the data of each is the answer as JSON, on one line.';

function describeOperation(
  operation: Operation,
  dialect: Dialect,
  schemas: Schemas,
): Record<string, unknown> {
  const members = describeMembers(operation);
  const headers = dialect.headersOf(operation).map((name) => ref('parameters', name));
  const body = isWrite(operation) ? describeBody(operation, members) : null;
  return {
    operationId: dialect.idOf(operation),
    tags: [dialect.tagOf(operation)],
    summary: operation.summary,
    ...(operation.description ? { description: operation.description } : {}),
    parameters: [
      ...members.filter((member) => member.in !== 'body').map(describeParameter),
      ...headers,
    ],
    ...(body ? { requestBody: body } : {}),
    responses: {
      ...describeSuccess(operation, dialect, schemas),
      ...dialect.failuresOf(operation),
    },
    ...dialect.more(operation),
  };
}

function describeParameter(member: Member): Record<string, unknown> {
  const { description, ...schema } = member.schema;
  const where = {
    name: member.name,
    in: member.in,
    required: member.in === 'path' || member.required,
    ...(description ? { description } : {}),
  };
  if (!member.types.has('object')) return { ...where, schema };
  return { ...where, content: { 'application/json': { schema } } };
}

function describeBody(
  operation: Operation,
  members: readonly Member[],
): Record<string, unknown> | null {
  if (operation.body === 'stream')
    return { required: true, content: { 'text/csv': { schema: { type: 'string' } } } };
  if (operation.body === 'upload') {
    const schema = {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
    };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  const inBody = members.filter((member) => member.in === 'body');
  if (inBody.length === 0) return null;
  const required = inBody.filter((member) => member.required).map((member) => member.name);
  const properties = Object.fromEntries(inBody.map((member) => [member.name, member.schema]));
  const closed = operation.unknown === 'warn' ? {} : { additionalProperties: false };
  const schema = {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...closed,
  };
  return { required: required.length > 0, content: { 'application/json': { schema } } };
}

const csvDescription =
  'The whole list as a table, by `Accept: text/csv` or `?format=csv`. Texts that a spreadsheet ' +
  'would take for formulas begin with a quote.';

const pageDescription =
  'The mail alone, by `Accept: text/html` or `?format=html`: a page that loads and runs nothing.';

function describeSuccess(
  operation: Operation,
  { warns }: Dialect,
  schemas: Schemas,
): Record<string, unknown> {
  const output = hoistDefs(toJsonSchema(operation.output, 'output'), schemas);
  const schema =
    warns && output.type === 'object'
      ? { ...output, properties: { ...output.properties, warnings } }
      : output;
  const events = operation.follow
    ? { 'text/event-stream': { schema: { type: 'string', description: eventsDescription } } }
    : {};
  const csv = operation.list
    ? { 'text/csv': { schema: { type: 'string', description: csvDescription } } }
    : {};
  const page = operation.page
    ? { 'text/html': { schema: { type: 'string', description: pageDescription } } }
    : {};
  return {
    [operation.status ?? 200]: {
      description: operation.summary,
      content: { 'application/json': { schema }, ...events, ...csv, ...page },
    },
  };
}

/**
 * Moves named schemas to the components, so that all answers with a campaign refer to the same
 * schema. Returns the rest.
 */
function hoistDefs(schema: JsonSchema, schemas: Record<string, unknown>): JsonSchema {
  const { $defs = {}, ...rest } = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonSchema;
  Object.assign(schemas, $defs);
  return rest;
}
