import { rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testDatabase } from '../../test/fixtures/database.ts';
import { issueKey } from '../engine/accounts/keys.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { openFile } from './cli-values.ts';
import { createClient } from './client.ts';
import { createHttp } from './http.ts';

const get = defineOperation({
  name: 'echo.get',
  route: 'GET /api/echo/{id}',
  cli: 'echo',
  summary: 'Echo',
  scope: 'read',
  input: z.object({
    id: z.string(),
    n: z.int().optional(),
    tags: z.array(z.string()).optional(),
    o: z.record(z.string(), z.int()).optional(),
  }),
  output: z.looseObject({}),
  errors: [],
  run: async (_context, input) => input,
});
const post: Operation = { ...get, name: 'echo.post', route: 'POST /api/echo/{id}' };
const stream: Operation = {
  ...get,
  name: 'echo.stream',
  route: 'POST /api/echo/{id}/stream',
  body: 'stream',
  run: async (context, input) => ({ ...input, text: (await context.stream!.toArray()).join('') }),
};
const upload: Operation = {
  ...get,
  name: 'echo.upload',
  route: 'POST /api/echo/{id}/upload',
  body: 'upload',
  run: async (context, input) => ({
    ...input,
    name: context.upload!.filename,
    text: context.upload!.bytes.toString(),
  }),
};

const database = await testDatabase();
const app = createHttp(database.services, { operations: [get, post, stream, upload] });
const url = await app.listen({ port: 0, host: '127.0.0.1' });
const { text: key } = await issueKey(database.db, {
  ...database,
  name: 'client',
  scopes: ['admin'],
  at: database.clock.now(),
});
const call = createClient({ url, key });
const file = `/tmp/postrider-client-${database.workspaceId}.csv`;
await writeFile(file, 'email\na@b.test\n');
afterAll(async () => {
  await app.close();
  await rm(file);
});

describe('the client', () => {
  it.each([get, post])('puts every member of $route in its place', async (operation) => {
    const input = { id: 'ä/b c?', n: 3, tags: ['x,y', 'z'], o: { a: 1 } };
    expect(await call(operation, input)).toMatchObject({
      ok: true,
      status: 200,
      body: input,
      requestId: expect.any(String),
    });
  });

  it('sends an unknown member where the server refuses it by name', async () => {
    expect(await call(post, { id: '1', nn: 3 })).toMatchObject({
      ok: false,
      status: 400,
      body: { errors: [{ pointer: '/nn' }] },
    });
    expect(await call(get, { id: '1', nn: 3 })).toMatchObject({
      ok: false,
      status: 400,
      body: { errors: [{ pointer: '/nn' }] },
    });
  });

  it.each([
    ['a file', file],
    ['a file by @', `@${file}`],
    ['stdin', '-'],
  ])(
    'sends %s as a stream and as an upload, beside members in the query',
    async (_source, given) => {
      const open = ({ whole }: { whole: boolean }) =>
        openFile(given, { stdin: Readable.from([Buffer.from('email\na@b.test\n')]), whole });
      const body = { id: '1', n: 2, text: 'email\na@b.test\n' };
      expect(
        await call(stream, { id: '1', n: 2 }, { file: await open({ whole: false }) }),
      ).toMatchObject({
        status: 200,
        body,
      });
      expect(
        await call(upload, { id: '1', n: 2 }, { file: await open({ whole: true }) }),
      ).toMatchObject({
        status: 200,
        body: { ...body, name: expect.stringMatching(/\.csv$/) },
      });
    },
  );

  it('sends strictness and the idempotency key in headers', async () => {
    const extras = { strict: true, idempotencyKey: 'again' };
    expect(await call(post, { id: '1' }, extras)).toMatchObject({ status: 200 });
    expect(await call(post, { id: '2' }, extras)).toMatchObject({
      status: 422,
      body: { code: 'idempotency.mismatch' },
    });
  });
});
