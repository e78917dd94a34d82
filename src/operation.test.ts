import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addWorkspace, testDatabase } from '../test/fixtures/database.ts';
import { AppError } from './errors.ts';
import {
  type Call,
  type Caller,
  type Operation,
  readProgressState,
  requireScope,
  runOperation,
  type Scope,
} from './operation.ts';

const database = await testDatabase();
const { services, clock, db } = database;
const other = await addWorkspace(db, clock.now());

const admin: Caller = { ...database, keyId: services.newId(), scopes: ['admin'] };
const callerOf = (...scopes: Scope[]): Caller => ({ ...admin, scopes });

let runs = 0;
let failing = false;
/** Counts its runs, and fails when told so. */
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
  run: async ({ workspaceId }, input) => {
    if (failing) throw new AppError('campaign.not_found');
    runs += 1;
    return { ...input, runs, workspaceId };
  },
};
const untransacted: Operation = { ...count, name: 'count.outside', transaction: false };
const ways = [
  ['in a transaction', count],
  ['outside a transaction', untransacted],
] as const;

type Given = Omit<Partial<Call>, 'caller'> & { as?: Caller };

const ask = (operation: Operation, call: Given = {}) => {
  const { as: caller = admin, ...rest } = call;
  return runOperation(operation, services, { raw: {}, ...rest, caller });
};
let serial = 0;
const newKey = () => `key-${++serial}`;
const file = (text: string) => ({ filename: 'a.csv', bytes: Buffer.from(text) });

describe.each(ways)('an Idempotency-Key %s', (_where, operation) => {
  test('gives the stored answer to the same request', async () => {
    const idempotencyKey = newKey();
    const first = await ask(operation, { idempotencyKey, raw: { n: 1 } });
    expect(await ask(operation, { idempotencyKey, raw: { n: 1 } })).toEqual({
      ...first,
      replayed: true,
    });
  });

  test('is free at once when its request has failed', async () => {
    const idempotencyKey = newKey();
    failing = true;
    await expect(ask(operation, { idempotencyKey })).rejects.toMatchObject({
      code: 'campaign.not_found',
    });
    failing = false;
    expect(await ask(operation, { idempotencyKey })).toMatchObject({
      status: 201,
      replayed: false,
    });
  });

  test.each<[what: string, change: (call: Given) => Given]>([
    ['another body', (call) => ({ ...call, raw: { n: 2 } })],
    ['another file', (call) => ({ ...call, upload: file('other') })],
    ['no file', ({ upload: _, ...call }) => call],
  ])('is refused to %s', async (_what, change) => {
    const given: Given = { idempotencyKey: newKey(), raw: { n: 1 }, upload: file('email') };
    await ask(operation, given);
    await expect(ask(operation, change(given))).rejects.toMatchObject({
      code: 'idempotency.mismatch',
    });
    expect(await ask(operation, given)).toMatchObject({ replayed: true });
  });

  test('is refused to another operation with the same body', async () => {
    const idempotencyKey = newKey();
    await ask(operation, { idempotencyKey });
    await expect(
      ask({ ...operation, name: 'count.other' }, { idempotencyKey }),
    ).rejects.toMatchObject({ code: 'idempotency.mismatch' });
  });

  test('has an answer for each workspace', async () => {
    const idempotencyKey = newKey();
    const stranger = { ...admin, ...other };
    const [mine, theirs] = [
      await ask(operation, { idempotencyKey }),
      await ask(operation, { idempotencyKey, as: stranger }),
    ];
    expect(theirs).toMatchObject({ replayed: false, body: { workspaceId: other.workspaceId } });
    expect(await ask(operation, { idempotencyKey })).toEqual({ ...mine, replayed: true });
    expect(await ask(operation, { idempotencyKey, as: stranger })).toEqual({
      ...theirs,
      replayed: true,
    });
  });

  test('does not show a secret in the database', async () => {
    const idempotencyKey = newKey();
    const secret: Operation = { ...operation, secret: true };
    const raw = { n: 424_242 };
    const first = await ask(secret, { idempotencyKey, raw });
    const { rows } = await sql`select body from idempotency_keys
      where workspace_id = ${admin.workspaceId} and key = ${idempotencyKey}`.execute(db);
    expect(JSON.stringify(rows)).not.toContain('424242');
    expect(await ask(secret, { idempotencyKey, raw })).toEqual({ ...first, replayed: true });
  });

  test('of no length is none', async () => {
    await ask(operation, { idempotencyKey: '' });
    expect(await ask(operation, { idempotencyKey: '' })).toMatchObject({ replayed: false });
  });
});

describe('a scope', () => {
  const scoped = (scope: Scope): Operation => ({ ...count, scope });

  test.each([
    ['read', 'write'],
    ['write', 'send'],
    ['send', 'admin'],
  ] as const)('%s is not enough for what needs %s', async (held, needed) => {
    const before = runs;
    const call = ask(scoped(needed), { as: callerOf(held) });
    await expect(call).rejects.toMatchObject({ code: 'auth.scope' });
    expect(runs).toBe(before);
  });

  test('is asked for before an upload, an answer that is stored, and a state', async () => {
    const idempotencyKey = newKey();
    const uploading: Operation = { ...scoped('write'), body: 'upload' };
    const given = { idempotencyKey, upload: file('email') };
    await ask(uploading, given);
    const reader = callerOf('read');
    await expect(ask(uploading, { ...given, as: reader })).rejects.toMatchObject({
      code: 'auth.scope',
    });
    const followed: Operation = {
      ...count,
      follow: { look: async () => 'seen', isOver: () => true, progress: () => '' },
    };
    const state = (caller: Caller) => readProgressState(followed, services, { caller, raw: {} });
    await expect(state(reader)).rejects.toMatchObject({ code: 'auth.scope' });
    expect(await state(callerOf('write'))).toBe('seen');
  });

  test('that is missing is named, with the reason where there is one', () => {
    const needing = (because?: string) => () => requireScope(callerOf('read'), 'send', because);
    const words = 'This needs a key with the scope "send"';
    expect(needing()).toThrow(new AppError('auth.scope', `${words}.`));
    expect(needing('mails go out')).toThrow(new AppError('auth.scope', `${words}: mails go out.`));
  });

  test('that is given lets through, and so does admin', async () => {
    for (const caller of [callerOf('send', 'write'), callerOf('admin')])
      expect(await ask(scoped('write'), { as: caller })).toMatchObject({ status: 201 });
  });
});

test('a write that fails leaves nothing behind, unless it is outside a transaction', async () => {
  const writing = (operation: Operation, name: string): Operation => ({
    ...operation,
    run: async (context) => {
      await sql`insert into tags (workspace_id, id, name, created_at)
        values (${admin.workspaceId}, ${services.newId()}, ${name}, ${clock.now()})`.execute(
        context.db,
      );
      throw new AppError('campaign.not_found');
    },
  });
  for (const [, operation] of ways)
    await expect(ask(writing(operation, operation.name))).rejects.toThrow();
  const { rows } = await sql<{ name: string }>`
    select name from tags where workspace_id = ${admin.workspaceId}`.execute(db);
  expect(rows).toEqual([{ name: untransacted.name }]);
});

test('a write that a deadlock ended is run again, and warns once', async () => {
  let tries = 0;
  const stuck: Operation = {
    ...count,
    run: async (context) => {
      context.warn('n', 'It was ignored.');
      if (++tries === 1) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      return {};
    },
  };
  const { body } = await ask(stuck, { raw: { m: 1 } });
  expect(body).toMatchObject({ warnings: [{ pointer: '/m' }, { pointer: '/n' }] });
  expect((body as { warnings: object[] }).warnings).toHaveLength(2);
  expect(tries).toBe(2);
});
