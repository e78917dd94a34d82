import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testApi } from '../../test/fixtures/api.ts';
import { testDatabase } from '../../test/fixtures/database.ts';
import { uuid } from '../domain/text.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { operations } from '../operations/index.ts';

const database = await testDatabase();
const { services } = database;

const echo = defineOperation({
  name: 'echo.get',
  route: 'GET /api/echo/{id}',
  cli: 'echo',
  summary: 'Echo',
  scope: 'read',
  input: z.object({
    id: uuid,
    n: z.int().max(10).optional(),
    on: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    hours: z.record(z.string(), z.int()).optional(),
  }),
  output: z.looseObject({}),
  errors: [],
  run: async (_context, input) => input,
});

let runs = 0;
const write: Operation = {
  ...echo,
  name: 'echo.write',
  route: 'POST /api/echo/{id}',
  scope: 'write',
  unknown: 'warn',
  status: 201,
  run: async (_context, input) => {
    runs += 1;
    return { ...input, runs };
  },
};
const upload: Operation = {
  ...echo,
  name: 'echo.upload',
  route: 'POST /api/files',
  body: 'upload',
  input: z.object({ n: z.int().optional() }),
  run: async (context, input) => ({
    ...input,
    name: context.upload?.filename,
    bytes: context.upload?.bytes.length,
  }),
};
const stream: Operation = {
  ...upload,
  name: 'echo.stream',
  route: 'POST /api/streams',
  body: 'stream',
  run: async (context) => {
    let bytes = 0;
    for await (const chunk of context.stream!) bytes += chunk.length;
    return { bytes };
  },
};
const breaking = (path: string, statement: string): Operation => ({
  ...echo,
  name: `echo.${path}`,
  route: `GET /api/${path}`,
  input: z.object({}),
  run: async ({ db }) => sql.raw(statement).execute(db),
});
const broken = [
  breaking('bad-data', `select 'x'::uuid`),
  breaking('bad-number', 'select 1e10::int4'),
  breaking('bug', 'select nothing_of_the_kind'),
];

const { as, anonymous } = testApi(services, {
  operations: [...operations, echo, write, upload, stream, ...broken],
});
const send = await as(database);
const id = services.newId();

describe('every failure has one shape', () => {
  const problem = {
    title: expect.any(String),
    hint: expect.any(String),
    errors: expect.any(Array),
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  };
  it.each([
    ['GET /nowhere', undefined, {}, 404, 'route.not_found'],
    ['GET /api/nowhere', undefined, {}, 404, 'route.not_found'],
    ['PATCH /api/keys', {}, {}, 405, 'route.method'],
    ['POST /healthz', {}, {}, 405, 'route.method'],
    [
      'POST /api/keys',
      '{"name":',
      { 'content-type': 'application/json' },
      400,
      'request.malformed',
    ],
    [
      'POST /api/keys',
      'name=ci',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'request.media_type',
    ],
    ['POST /api/keys', 'name=ci', {}, 415, 'request.media_type'],
    ['POST /api/streams', '{}', { 'content-type': 'application/json' }, 415, 'request.media_type'],
    ['POST /api/files', '{}', { 'content-type': 'application/json' }, 415, 'request.media_type'],
    ['POST /api/files', undefined, {}, 400, 'request.invalid'],
    [
      'POST /api/keys',
      ' '.repeat(5 * 1024 * 1024),
      { 'content-type': 'application/json' },
      413,
      'request.too_large',
    ],
    ['POST /api/keys', {}, {}, 400, 'request.invalid'],
    ['POST /api/keys', { name: 'x', nme: 'y' }, {}, 400, 'request.invalid'],
    ['DELETE /api/keys/17', undefined, {}, 400, 'request.invalid'],
    [`DELETE /api/keys/${id}`, undefined, {}, 404, 'key.not_found'],
    [`DELETE /api/keys/%ff`, undefined, {}, 400, 'request.malformed'],
    ['GET /api/bad-data', undefined, {}, 400, 'request.invalid'],
    ['GET /api/bad-number', undefined, {}, 400, 'request.invalid'],
    ['GET /api/bug', undefined, {}, 500, 'internal'],
  ])('%s %j', async (route, body, headers, status, code) => {
    const answer = await send(route, body, headers as Record<string, string>);
    expect(answer).toMatchObject({
      status,
      body: { ...problem, status, code, type: `urn:postrider:error:${code}` },
    });
    expect(answer.body.error).toBe(answer.body.detail);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
  });

  it('says nothing of the inside when something breaks', async () => {
    expect((await send('GET /api/bug')).text).not.toContain('nothing_of_the_kind');
  });

  it('names the field by JSON pointer', async () => {
    expect((await send('GET /api/echo/17?n=11&x=1')).body.errors).toEqual([
      expect.objectContaining({ pointer: '/x', code: 'unknown_field' }),
    ]);
    expect((await send('GET /api/echo/17?n=11')).body.errors).toMatchObject([
      { pointer: '/id' },
      { pointer: '/n' },
    ]);
    expect((await send('GET /api/echo/17?n=%00')).body.errors).toMatchObject([
      { pointer: '/n', code: 'bad_text' },
    ]);
  });

  it('says which methods a path takes', async () => {
    expect((await send('PATCH /api/keys', {})).headers.allow).toBe('GET, HEAD, POST');
    expect(await send('OPTIONS /api/keys')).toMatchObject({
      status: 204,
      headers: { allow: 'GET, HEAD, POST' },
    });
    expect(await send('HEAD /api/keys')).toMatchObject({ status: 200, text: '' });
  });
});

describe('members from path, query and body', () => {
  it('take the types of the schema', async () => {
    const answer = await send(
      `GET /api/echo/${id}?n=3&on=false&tags=a,b&hours=${encodeURIComponent('{"1":2}')}`,
    );
    expect(answer).toMatchObject({
      status: 200,
      body: { id, n: 3, on: false, tags: ['a', 'b'], hours: { 1: 2 } },
    });
    expect((await send(`GET /api/echo/${id}?tags=a&tags=b,c`)).body.tags).toEqual(['a', 'b,c']);
  });

  it('come together in a write, and an empty body is {}', async () => {
    expect((await send(`POST /api/echo/${id}?n=3`, { on: true })).body).toMatchObject({
      id,
      n: 3,
      on: true,
    });
    expect(await send(`POST /api/echo/${id}`)).toMatchObject({ status: 201, body: { id } });
    expect(
      await send(`POST /api/echo/${id}`, '', {
        'content-type': 'text/plain',
        'content-length': '0',
      }),
    ).toMatchObject({ status: 201 });
  });

  it('that contradict each other are refused, equal ones are not', async () => {
    expect(await send(`POST /api/echo/${id}`, { id: services.newId() })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/id', code: 'contradiction' }] },
    });
    expect(await send(`POST /api/echo/${id}`, { id })).toMatchObject({ status: 201 });
  });

  it('that are unknown are warned of where tolerated, and refused when strict', async () => {
    expect((await send(`POST /api/echo/${id}`, { x: 1 })).body.warnings).toMatchObject([
      { pointer: '/x', code: 'ignored' },
    ]);
    const strict = await send(
      `POST /api/echo/${id}`,
      { x: 1 },
      { prefer: 'respond-async, handling=strict' },
    );
    expect(strict).toMatchObject({
      status: 400,
      body: { code: 'request.ignored_field', errors: [{ pointer: '/x' }] },
    });
  });
});

describe('bodies that are no JSON', () => {
  const boundary = 'x-x';
  const form = (name: string, size: number) =>
    [
      `--${boundary}`,
      'content-disposition: form-data; name="n"',
      '',
      '3',
      `--${boundary}`,
      `content-disposition: form-data; name="${name}"; filename="leads.csv"`,
      '',
      'x'.repeat(size),
      `--${boundary}--`,
      '',
    ].join('\r\n');
  const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` };

  it('are a file of a form, up to 10 MB', async () => {
    expect(await send('POST /api/files', form('file', 5), multipart)).toMatchObject({
      status: 200,
      body: { name: 'leads.csv', bytes: 5, n: 3 },
    });
    expect(await send('POST /api/files', form('file', 10 * 1024 * 1024), multipart)).toMatchObject({
      status: 200,
      body: { bytes: 10 * 1024 * 1024 },
    });
    expect(await send('POST /api/files', form('other', 5), multipart)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/file' }] },
    });
    expect(
      await send('POST /api/files', form('file', 10 * 1024 * 1024 + 1), multipart),
    ).toMatchObject({ status: 413 });
    expect(await send('POST /api/files', `--${boundary}\r\nnonsense`, multipart)).toMatchObject({
      status: 400,
    });
  });

  it('are a stream of any size', async () => {
    expect(
      await send('POST /api/streams', 'x'.repeat(6 * 1024 * 1024), { 'content-type': 'text/csv' }),
    ).toMatchObject({
      status: 200,
      body: { bytes: 6 * 1024 * 1024 },
    });
  });
});

describe('an Idempotency-Key', () => {
  it('gives the stored answer to the same request and refuses another', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await send(`POST /api/echo/${id}`, { n: 1 }, headers);
    const second = await send(`POST /api/echo/${id}`, { n: 1 }, headers);
    expect(second).toMatchObject({
      status: 201,
      body: first.body,
      headers: { 'idempotency-replayed': 'true' },
    });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(await send(`POST /api/echo/${id}`, { n: 2 }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency.mismatch' },
    });
  });

  it('does not leave a secret in the open', async () => {
    const headers = { 'idempotency-key': 'secret' };
    const first = await send('POST /api/keys', { name: 'ci' }, headers);
    const { key } = first.body.key as { key: string };
    const stored = await sql<{
      body: unknown;
    }>`select body from idempotency_keys where key = 'secret'`.execute(services.db);
    expect(JSON.stringify(stored.rows)).not.toContain(key);
    expect((await send('POST /api/keys', { name: 'ci' }, headers)).body).toEqual(first.body);
  });

  it.each(['', 'x'.repeat(256), 'é'])('of %j is refused', async (key) => {
    expect(await send(`POST /api/echo/${id}`, {}, { 'idempotency-key': key })).toMatchObject({
      status: 400,
    });
  });
});

describe('keys', () => {
  it('are needed, and must be known', async () => {
    expect(await anonymous('GET /api/keys')).toMatchObject({
      status: 401,
      body: { code: 'auth.required' },
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect(
      await anonymous('GET /api/keys', undefined, { authorization: 'Bearer pr_live_no' }),
    ).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid' },
    });
    expect(
      await anonymous('GET /api/keys', undefined, { authorization: 'Basic YTpi' }),
    ).toMatchObject({
      status: 401,
      body: { code: 'auth.required' },
    });
  });

  it('open what their scopes say', async () => {
    const reader = await as(database, ['read']);
    expect(await reader('GET /api/settings')).toMatchObject({ status: 200 });
    expect(await reader('PUT /api/settings', { timezone: 'UTC' })).toMatchObject({
      status: 403,
      body: { code: 'auth.scope' },
    });
  });
});

it('every answer carries security headers', async () => {
  expect((await anonymous('GET /healthz')).headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
});
