import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { testApi } from '../../test/fixtures/api.ts';
import { testDatabase } from '../../test/fixtures/database.ts';
import { broken, echo, stream, upload } from '../../test/fixtures/echo-operations.ts';
import { operations } from '../operations/index.ts';
import { createHttp } from './http.ts';

const database = await testDatabase();
const { services } = database;
const { as, anonymous } = testApi(services, {
  operations: [...operations, echo, upload, stream, ...broken],
});
const send = await as(database);
const id = services.newId();

describe('a failure', () => {
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
  ])('of %s %j is a problem document', async (route, body, headers, status, code) => {
    const answer = await send(route, body, headers as Record<string, string>);
    expect(answer).toMatchObject({
      status,
      body: { ...problem, status, code, type: `urn:postrider:error:${code}` },
    });
    expect(answer.body.error).toBe(answer.body.detail);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
  });

  it.each(['POST /api/keys', 'POST /api/streams', 'POST /api/files'])(
    'of a compressed body says to send it unpacked: %s',
    async (route) => {
      const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
      const answer = await send(route, 'x', headers);
      expect(answer).toMatchObject({ status: 415, body: { code: 'request.media_type' } });
      expect(answer.body.detail).toContain('Content-Encoding: gzip is not taken');
      expect(answer.headers['accept-encoding']).toBe('identity');
    },
  );

  it('shows nothing of an internal error', async () => {
    expect((await send('GET /api/bug')).text).not.toContain('nothing_of_the_kind');
  });

  it('names its fields by JSON pointers', async () => {
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

  it('of a method names the methods that the path takes', async () => {
    expect((await send('PATCH /api/keys', {})).headers.allow).toBe('GET, HEAD, POST');
    expect(await send('OPTIONS /api/keys')).toMatchObject({
      status: 204,
      headers: { allow: 'GET, HEAD, POST' },
    });
    expect(await send('HEAD /api/keys')).toMatchObject({ status: 200, text: '' });
  });
});

describe('keys', () => {
  it('must be given and known', async () => {
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

  it('permit only their scopes', async () => {
    const reader = await as(database, ['read']);
    expect(await reader('GET /api/settings')).toMatchObject({ status: 200 });
    expect(await reader('PUT /api/settings', { timezone: 'UTC' })).toMatchObject({
      status: 403,
      body: { code: 'auth.scope' },
    });
  });
});

it('every answer has security headers', async () => {
  expect((await anonymous('GET /healthz')).headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
});

it('each request is a line of the log at debug, without its query', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'debug', base: null },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  const { headers } = await createHttp({ ...services, log }).inject('/healthz?name=ann');
  expect(lines).toMatchObject([
    {
      level: 20,
      msg: 'request',
      request_id: headers['x-request-id'],
      method: 'GET',
      path: '/healthz',
      status: 200,
    },
  ]);
});
