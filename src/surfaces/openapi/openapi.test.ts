import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testApi } from '../../../test/fixtures/api.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { operations } from '../../operations/index.ts';
import { inboxRoutes } from '../inboxapp/index.ts';
import { splitRoute } from '../members.ts';
import { buildOpenApi } from './openapi.ts';

type Described = Record<
  string,
  {
    parameters: object[];
    requestBody?: object;
    responses: Record<string, { description: string }>;
    [more: string]: unknown;
  }
>;

const thing = z.object({ id: z.uuid(), n: z.int() }).meta({ id: 'Thing' });
const operation = defineOperation({
  name: 'thing.list',
  route: 'GET /api/groups/{id}/things',
  cli: 'thing',
  summary: 'List things',
  scope: 'read',
  input: z.object({ id: z.uuid().describe('The group.'), limit: z.int().min(1).max(5).default(3) }),
  output: z.object({ things: z.array(thing) }),
  errors: ['list.not_found'],
  run: async () => ({ things: [] }),
});
const add: Operation = {
  ...operation,
  name: 'thing.add',
  route: 'POST /api/groups/{id}/things',
  scope: 'write',
  status: 201,
};

describe('an OpenAPI description', () => {
  const built = buildOpenApi([operation, add]) as {
    paths: Record<string, Described>;
    components: { schemas: Record<string, object> };
  };
  const { get, post } = built.paths['/api/groups/{id}/things']!;

  it('separates parameters from bodies', () => {
    expect(get).toMatchObject({
      operationId: 'thing.list',
      'x-cli': 'postrider thing',
      'x-scope': 'read',
    });
    expect(get!.parameters).toEqual([
      {
        name: 'id',
        in: 'path',
        required: true,
        description: 'The group.',
        schema: { type: 'string', format: 'uuid' },
      },
      {
        name: 'limit',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 5, default: 3 },
      },
      { $ref: '#/components/parameters/Workspace' },
    ]);
    expect(get!.requestBody).toBeUndefined();
    expect(post!.requestBody).toMatchObject({
      required: false,
      content: {
        'application/json': { schema: { properties: { limit: {} }, additionalProperties: false } },
      },
    });
  });

  it('has shared schemas once, and failures by status', () => {
    expect(built.components.schemas.Thing).toMatchObject({
      type: 'object',
      properties: { n: { type: 'integer' } },
    });
    expect(JSON.stringify(get!.responses['200'])).toContain('"#/components/schemas/Thing"');
    expect(Object.keys(post!.responses)).toEqual(['201', '400', '401', '403', '404', '429', '503']);
    expect(get!.responses['404']!.description).toContain('`list.not_found`');
  });
});

describe('the served description', () => {
  it('is at /openapi.json without a key and has each operation once', async () => {
    const { anonymous } = testApi((await testDatabase()).services);
    const { status, body } = await anonymous('GET /openapi.json');
    expect(status).toBe(200);
    const { paths } = body as { paths: Record<string, Record<string, { operationId: string }>> };
    const described = Object.values(paths).flatMap((item) =>
      Object.values(item).map((one) => one.operationId),
    );
    expect(described.sort()).toEqual(operations.map((one) => one.name).sort());
  });

  it.each(['/openapi.json', '/api/v1/openapi.json'])(
    'groups the operations of %s under titles with a description',
    async (path) => {
      const { anonymous } = testApi((await testDatabase()).services);
      const { tags } = (await anonymous(`GET ${path}`)).body as {
        tags: { name: string; description: string; 'x-displayName': string }[];
      };
      expect(
        tags.filter(
          (tag) =>
            tag.description === tag.name ||
            !/^[A-Z][\w ]+$/.test(tag['x-displayName']) ||
            /_/.test(tag['x-displayName']),
        ),
      ).toEqual([]);
    },
  );

  it('has each route of Inbox once under its base path, with its failures', async () => {
    const { anonymous } = testApi((await testDatabase()).services);
    const { status, body } = await anonymous('GET /api/v1/openapi.json');
    expect(status).toBe(200);
    const { paths, servers } = body as {
      paths: Record<string, Described>;
      servers: { url: string }[];
    };
    const routes = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${servers[0]!.url}${path}`),
    );
    expect(routes.sort()).toEqual(inboxRoutes.map((one) => one.route).sort());
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).map((one) => one.operationId),
    );
    expect(new Set(ids).size).toBe(inboxRoutes.length);
    const { post } = paths['/campaigns/v2']!;
    expect(post).toMatchObject({
      operationId: 'createCampaign',
      requestBody: {
        content: { 'application/json': { schema: { required: ['name', 'accountLinkIds'] } } },
      },
      responses: {
        '4XX': {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
        },
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/x-cli|problem\+json/);
  });

  it('is a page at /docs that requests no other host', async () => {
    const { anonymous } = testApi((await testDatabase()).services);
    expect(await anonymous('GET /')).toMatchObject({ status: 302, headers: { location: '/docs' } });
    const page = await anonymous('GET /docs/');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'/,
    );
    const sources = [...page.text.matchAll(/(?:src|href)=["']([^"']+)/g)].map((match) => match[1]!);
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(source).not.toMatch(/^(https?:)?\/\//);
    expect(page.text).not.toMatch(/cdn|fonts\.|@import/);
    expect((await anonymous(`GET /docs/${sources[0]!.replace(/^.*\/docs\//, '')}`)).status).toBe(
      200,
    );
  });
});

it('no two operations share a name or a route', () => {
  const routes = operations
    .map((one) => splitRoute(one))
    .map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(routes).size).toBe(operations.length);
  expect(new Set(operations.map((one) => one.name)).size).toBe(operations.length);
});
