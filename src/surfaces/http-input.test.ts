import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testApi } from '../../test/fixtures/api.ts';
import { testDatabase } from '../../test/fixtures/database.ts';
import { echo, stream, upload, write } from '../../test/fixtures/echo-operations.ts';
import { operations } from '../operations/index.ts';

const database = await testDatabase();
const { services } = database;
const { as } = testApi(services, { operations: [...operations, echo, write, upload, stream] });
const send = await as(database);
const id = services.newId();

describe('members from path, query and body', () => {
  it('are converted to the types of the schema', async () => {
    const answer = await send(
      `GET /api/echo/${id}?n=3&on=false&tags=a,b&hours=${encodeURIComponent('{"1":2}')}`,
    );
    expect(answer).toMatchObject({
      status: 200,
      body: { id, n: 3, on: false, tags: ['a', 'b'], hours: { 1: 2 } },
    });
    expect((await send(`GET /api/echo/${id}?tags=a&tags=b,c`)).body.tags).toEqual(['a', 'b,c']);
  });

  it('are joined in a write, and an empty body is {}', async () => {
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

  it('that contradict each other are refused, but equal ones are accepted', async () => {
    expect(await send(`POST /api/echo/${id}`, { id: services.newId() })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/id', code: 'contradiction' }] },
    });
    expect(await send(`POST /api/echo/${id}`, { id })).toMatchObject({ status: 201 });
  });

  it('that are unknown are listed up to a hundred, with their names cut', async () => {
    const strays = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`${'x'.repeat(5_000)}${at}`, 1]),
    );
    const refused = await send('POST /api/leads', strays);
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toHaveLength(100);
    expect(refused.text.length).toBeLessThan(200_000);
    expect((await send(`POST /api/echo/${id}`, strays)).body.warnings).toHaveLength(100);
  });

  it('that are wrong in many places are refused for the first hundred of them', async () => {
    const refused = await send('POST /api/suppressions', {
      items: Array.from({ length: 1_000 }, () => 0),
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toHaveLength(100);
  });

  it('that are unknown give a warning, or an error when strict', async () => {
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

describe('bodies other than JSON', () => {
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

  it('are a file in a form, up to 10 MB', async () => {
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

  it('stores no secret in plain text', async () => {
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
