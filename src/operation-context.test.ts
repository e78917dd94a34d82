import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { addWorkspace, testDatabase } from '../test/fixtures/database.ts';
import { maxProblems } from './errors.ts';
import { type Call, type Caller, type Context, type Operation, runOperation } from './operation.ts';

const database = await testDatabase();
const { services, clock, db } = database;
const admin: Caller = { ...database, keyId: services.newId(), scopes: ['admin'] };

let runs = 0;
/** Counts its runs. */
const count: Operation = {
  name: 'count.write',
  route: 'POST /api/count',
  cli: 'count',
  summary: 'Count',
  scope: 'write',
  unknown: 'warn',
  status: 201,
  input: z.object({ n: z.int().optional() }),
  output: z.looseObject({}),
  errors: [],
  run: async () => {
    runs += 1;
    return { runs };
  },
};
const untransacted: Operation = { ...count, transaction: false };

type Given = Omit<Partial<Call>, 'caller'> & { as?: Caller };

const ask = (operation: Operation, call: Given = {}) => {
  const { as: caller = admin, ...rest } = call;
  return runOperation(operation, services, { raw: {}, ...rest, caller });
};
let serial = 0;
const newKey = () => `key-${++serial}`;
const file = (text: string) => ({ filename: 'a.csv', bytes: Buffer.from(text) });

/** The context of a call, and its answer. */
async function contextOf(operation: Operation, call: Given = {}) {
  let seen: Context | undefined;
  const run = async (context: Context) => {
    seen = context;
    return {};
  };
  return { answer: await ask({ ...operation, run }, call), context: seen! };
}
const get: Operation = { ...count, route: 'GET /api/count' };

test('a call knows its key, the time, its file and whether anybody waits for it', async () => {
  const { signal } = new AbortController();
  const upload = file('email');
  const stream = Readable.from([]);
  const { context } = await contextOf(count, { signal, upload, stream });
  const own = { workspaceId: admin.workspaceId, memberId: admin.memberId };
  expect(context).toMatchObject({ ...own, actor: `key:${admin.keyId}`, now: clock.now() });
  expect([context.signal, context.upload, context.stream]).toEqual([signal, upload, stream]);
  const { context: plain, answer } = await contextOf(count);
  expect(answer.body).toEqual({});
  expect(plain.signal.aborted).toBe(false);
  expect(plain).not.toHaveProperty('upload');
  expect(plain).not.toHaveProperty('stream');
});

test('a call in a sandbox has the clock of that sandbox', async () => {
  const at = new Date('2030-01-01T00:00:00Z');
  const tenant = await addWorkspace(db, clock.now());
  await sql`update workspaces set mode = 'sandbox', clock_at = ${at}
    where id = ${tenant.workspaceId}`.execute(db);
  const { context } = await contextOf(count, { as: { ...admin, ...tenant, sandbox: true } });
  expect(context.now).toEqual(at);
});

test('a call that writes is in a transaction, one that reads and one outside is not', async () => {
  const isIn = async (operation: Operation) =>
    (await contextOf(operation)).context.db.isTransaction;
  expect([await isIn(count), await isIn(untransacted), await isIn(get)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a call that reads keeps no answer for an Idempotency-Key', async () => {
  const idempotencyKey = newKey();
  const [first, second] = [await ask(get, { idempotencyKey }), await ask(get, { idempotencyKey })];
  expect(second).toMatchObject({ replayed: false });
  expect(second).not.toEqual(first);
});

test('a call that streams its body takes no Idempotency-Key', async () => {
  const streaming: Operation = { ...count, body: 'stream' };
  const before = runs;
  await expect(ask(streaming, { idempotencyKey: newKey() })).rejects.toMatchObject({
    code: 'request.invalid',
    errors: [{ pointer: '/idempotency-key' }],
  });
  expect(runs).toBe(before);
  expect(await ask(streaming)).toMatchObject({ status: 201 });
});

test('a call has the status of its operation, 200, or the one that it set', async () => {
  const { status: _, ...plain } = count;
  const setting: Operation = {
    ...count,
    run: async ({ setStatus }) => {
      setStatus(202);
      return {};
    },
  };
  const statuses = await Promise.all([count, plain, setting].map((one) => ask(one)));
  expect(statuses.map(({ status }) => status)).toEqual([201, 200, 202]);
});

test.each(['warn', 'advise'] as const)(
  'a call has a bounded number of warnings (%s)',
  async (how) => {
    const warning: Operation = {
      ...count,
      run: async ({ warn, advise }) => {
        for (let i = 0; i < maxProblems + 3; i += 1) {
          if (how === 'warn') warn(`f${i}`, 'It was ignored.');
          else advise({ pointer: `/f${i}`, code: 'odd', message: 'It is odd.' });
        }
        return {};
      },
    };
    const { body } = await ask(warning);
    expect((body as { warnings: object[] }).warnings).toHaveLength(maxProblems);
  },
);

test('a call that is strict is refused for a field that would be ignored', async () => {
  const before = runs;
  await expect(ask(count, { raw: { m: 1 }, strict: true })).rejects.toMatchObject({
    code: 'request.ignored_field',
  });
  expect(runs).toBe(before);
  expect(await ask(count, { raw: { n: 1 }, strict: true })).toMatchObject({ status: 201 });
});
