import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ErrorCode, errorTable } from '../errors.ts';
import type { Operation } from '../operation.ts';
import {
  describeMembers,
  type JsonSchema,
  type Member,
  splitRoute,
  toJsonSchema,
} from './members.ts';

const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What is wrong in this very case.'),
  error: z.string().describe('The same as detail.'),
  code: z.string().describe('Stable; the codes of each operation are listed with its answers.'),
  hint: z.string().describe('What to do about it.'),
  errors: z.array(
    z.object({
      pointer: z.string().describe('JSON Pointer to the field.'),
      code: z.string(),
      message: z.string(),
    }),
  ),
  request_id: z.uuid(),
});

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

/** The parts of a description in which our APIs differ. */
export type Dialect = {
  title: string;
  description: string;
  /** Below which all its paths lie. */
  base: string;
  /** The names and descriptions of its groups, in the order of the page. */
  nouns: Readonly<Record<string, readonly [title: string, holds: string]>>;
  tagOf: (operation: Operation) => string;
  idOf: (operation: Operation) => string;
  /** The shape of its failures, by the name it has here. */
  failure: Readonly<Record<string, z.ZodType>>;
  /** The answers of an operation besides its success. */
  failuresOf: (operation: Operation) => Record<string, unknown>;
  /** Headers that its writes take. */
  headersOf: (operation: Operation) => string[];
  /** Whether answers may hold warnings. */
  warns: boolean;
  more: (operation: Operation) => Record<string, unknown>;
};

/**
 * The OpenAPI 3.1 description of operations: paths, shapes, errors, and the extras of the dialect.
 */
export function buildOpenApi(
  operations: readonly Operation[],
  dialect: Dialect = own,
): Record<string, unknown> {
  const { base, nouns } = dialect;
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas: Schemas = Object.fromEntries(
    Object.entries(dialect.failure).map(([name, shape]) => [name, toJsonSchema(shape, 'output')]),
  );
  for (const operation of operations) {
    const { method, path } = splitRoute(operation);
    const below = path.slice(base.length);
    const item = paths[below] ?? {};
    item[method.toLowerCase()] = describeOperation(operation, dialect, schemas);
    paths[below] = item;
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
    security: [{ bearer: [] }],
    tags,
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: `postrider keys create`, or POST /api/keys.',
        },
      },
      parameters: Object.fromEntries(Object.entries(parameters).filter(([name]) => used.has(name))),
      schemas,
    },
  };
}

const parameters: Record<string, unknown> = {
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`handling=strict`: an ignored field is an error, not a warning.',
    schema: { type: 'string' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key with the same request gives the stored answer and changes nothing.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
};

const eventsSaid =
  'Events `progress` and `done`; the data of each is the answer as JSON, on one line.';

const isWrite = (operation: Operation) => !operation.route.startsWith('GET ');

/** The titles and descriptions of the nouns of operation names. */
const nouns: Dialect['nouns'] = {
  campaign: ['Campaigns', 'One channel, its settings, a sequence, senders and a roster.'],
  sequence: ['Sequences', 'The nodes of a draft campaign, one at a time.'],
  revision: [
    'Revisions',
    "Versions of a campaign's sequence, and what a change of it does to the people under way.",
  ],
  campaign_lead: [
    'People of a campaign',
    "A campaign's roster: people's copies in it, and how they get there.",
  ],
  campaign_rule: ['Lead rules', 'Which lists feed a campaign while it runs, and who is kept out.'],
  campaign_column: ['Columns', "Fields of a campaign's own, with a value for each of its people."],
  automation: ['Automations', 'What follows from an event of a person in a campaign.'],
  import: ['Imports', 'Streamed CSV imports: progress, counts, rejects.'],
  message: ['Messages', 'Touches of people in a campaign: drafts, then what was sent.'],
  draft: ['Texts by a model', 'How far the texts are that a model writes.'],
  explanation: ['Explanations', 'Why nothing is sent yet, and when it will be.'],
  event: ['Events', 'What happened, numbered without gaps.'],
  forecast: ['Forecasts', 'What will be sent when, worked out by the planner that sends.'],
  sender: ['Senders', 'Sender accounts, their limits and their plans.'],
  email_account: ['Mailboxes', 'What campaigns of email send from, reached by SMTP and IMAP.'],
  unipile: ['LinkedIn accounts', 'What campaigns on LinkedIn send from, reached through Unipile.'],
  x_account: ['X accounts', 'What campaigns on X send from, reached through the API of X.'],
  account: ['Accounts of any kind', 'Accounts that send, whatever their channel.'],
  lead: ['Leads', 'People and companies known to the workspace.'],
  list: ['Lists', 'Named sets of leads.'],
  list_lead: ['People of a list', 'Who is in a list.'],
  list_import: ['Imports into a list', 'Tables of people on their way into a list.'],
  status: ['Lead statuses', 'Where a lead stands in the pipeline: each has one.'],
  tag: ['Tags', 'Words on leads: each may have many.'],
  suppression: ['Suppressions', 'Addresses, domains and profiles that are never written to.'],
  key: ['API keys', 'API keys of the workspace.'],
  member: ['Members', 'Who works in the workspace.'],
  settings: ['Settings', 'What holds for the whole workspace.'],
  workspace: ['Workspaces', 'Tenants: live ones, and sandboxes to rehearse in.'],
  clock: ['Clock', 'The clock of a sandbox workspace.'],
  verification: ['Verification', 'Whether everything in the database is as it must be.'],
};

const own: Dialect = {
  title: 'Postrider',
  description:
    'Every failure is one RFC 9457 problem document. Ids are UUIDs, instants RFC 3339 in UTC. What is not yours answers 404, as what does not exist.',
  base: '',
  nouns,
  tagOf: (operation) => operation.name.split('.')[0]!,
  idOf: (operation) => operation.name,
  failure: { Problem: problem },
  failuresOf,
  headersOf: (operation) =>
    isWrite(operation)
      ? ['IdempotencyKey', 'Prefer']
      : operation.unknown === 'warn'
        ? ['Prefer']
        : [],
  warns: true,
  more: ({ cli, scope }) => ({ 'x-cli': `postrider ${cli}`, 'x-scope': scope }),
};

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
    ? { 'text/event-stream': { schema: { type: 'string', description: eventsSaid } } }
    : {};
  return {
    [operation.status ?? 200]: {
      description: operation.summary,
      content: { 'application/json': { schema }, ...events },
    },
  };
}

function failuresOf(operation: Operation): Record<string, unknown> {
  const codes = new Set<ErrorCode>([...generalErrors, ...operation.errors]);
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].status);
  const failures = [...byStatus]
    .sort(([one], [other]) => one - other)
    .map(([status, group]) => {
      const description = group
        .map((code) => `\`${code}\`: ${errorTable[code].title}`)
        .join('\n\n');
      return [
        status,
        {
          description,
          content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
        },
      ];
    });
  return Object.fromEntries(failures);
}

/**
 * Named schemas move to the components, so that every answer with a campaign says it is the same
 * campaign.
 */
function hoistDefs(schema: JsonSchema, schemas: Record<string, unknown>): JsonSchema {
  const { $defs = {}, ...own } = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonSchema;
  Object.assign(schemas, $defs);
  return own;
}

const generalErrors: readonly ErrorCode[] = [
  'request.invalid',
  'auth.required',
  'auth.invalid',
  'auth.scope',
  'request.rate_limited',
  'service.unavailable',
];
