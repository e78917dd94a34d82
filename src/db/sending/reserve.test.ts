import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addCampaign, addPeople, addSender } from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import type { Db } from '../database.ts';
import { expireDeadlines, type Result, recordResults } from './ledger.ts';
import { type Reservation, reserve } from './reserve.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const now = clock.now();
const senderId = await addSender(db, database);
const campaignId = await addCampaign(database, 'active');
const nodeId = services.newId();

type Message = { id: string; prospectId: string };

const touchOf = ({ id, prospectId }: Message): Reservation => ({
  messageId: id,
  campaignId,
  prospectId,
  nodeId,
  senderId,
  touch: 'email',
  subject: 'Hi',
  text: 'Hi',
  html: null,
  channelKey: `${id}@sender.test`,
  at: now,
  noted: false,
});
const reserveOnce = (message: Message, by: Db = db) =>
  reserve(by, { workspaceId, deadlineMs: 1000, reservations: [touchOf(message)] });

/** A person and the id of their message, which is not reserved yet. */
async function meet(): Promise<Message> {
  const [prospectId] = await addPeople(db, database, campaignId, [{}]);
  return { id: services.newId(), prospectId: prospectId! };
}

const tell = ({ id }: Message, result: Partial<Result>, by: Db = db) =>
  recordResults(by, {
    workspaceId,
    now,
    results: [
      {
        messageId: id,
        attempt: 1,
        dryRun: false,
        state: 'sent',
        errorCode: null,
        detail: null,
        ...result,
      },
    ],
  });
const read = async ({ id }: Message) =>
  db
    .selectFrom('messages')
    .select(['state', 'attempts', 'deadline_at', 'error_code', 'sent_at'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
const usage = async () => {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(n), 0)::int as n from sender_usage where workspace_id = ${workspaceId}`.execute(
    db,
  );
  return rows[0]!.n;
};

/** Runs both in transactions of their own, the second while the first is not committed yet. */
async function together<T>(first: (db: Db) => Promise<T>, second: (db: Db) => Promise<T>) {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: waits, resolve: go } = Promise.withResolvers<void>();
  const one = db.transaction().execute(async (by) => {
    const result = await first(by);
    begin();
    await waits;
    return result;
  });
  await begun;
  const two = db.transaction().execute(second);
  await Promise.race([two.catch(() => {}), isWaiting()]);
  go();
  return Promise.all([one, two]);
}

/** Resolves once a session of this database waits for a lock. */
async function isWaiting(): Promise<void> {
  for (;;) {
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    if (rows.length > 0) return;
  }
}

test.each(['sent', 'failed', 'unknown', 'skipped'] as const)(
  'a message that is %s is not reserved again, and counts no usage',
  async (state) => {
    const message = await meet();
    expect(await reserveOnce(message)).toEqual(new Set([message.id]));
    await tell(message, { state });
    const [before, used] = [await read(message), await usage()];
    expect(await reserveOnce({ ...message, id: services.newId() })).toEqual(new Set());
    expect(await read(message)).toEqual(before);
    expect(await usage()).toBe(used);
  },
);

test('a message that is reserved is not reserved a second time', async () => {
  const message = await meet();
  await reserveOnce(message);
  const [before, used] = [await read(message), await usage()];
  expect(before).toMatchObject({ state: 'reserved', attempts: 1 });
  expect(await reserveOnce({ ...message, id: services.newId() })).toEqual(new Set());
  expect(await read(message)).toEqual(before);
  expect(await usage()).toBe(used);
});

test('two reservations of one touch at once leave one', async () => {
  const message = await meet();
  const used = await usage();
  const [one, two] = await together(
    (by) => reserveOnce(message, by),
    (by) => reserveOnce({ ...message, id: services.newId() }, by),
  );
  expect([one, two]).toEqual([new Set([message.id]), new Set()]);
  expect(await usage()).toBe(used + 1);
});

test('a message that was given back is reserved again as its next attempt', async () => {
  const message = await meet();
  const used = await usage();
  await reserveOnce(message);
  await tell(message, { state: 'draft' });
  expect(await usage()).toBe(used);
  expect(await reserveOnce({ ...message, id: services.newId() })).toEqual(new Set([message.id]));
  expect(await read(message)).toMatchObject({ state: 'reserved', attempts: 2 });
  expect(await usage()).toBe(used + 1);
});

test.each(['failed', 'unknown', 'draft', 'skipped'] as const)(
  'a result "%s" of an earlier attempt changes nothing once a later one is reserved',
  async (state) => {
    const message = await meet();
    await reserveOnce(message);
    await tell(message, { state: 'draft' });
    await reserveOnce(message);
    const before = await read(message);
    expect(await tell(message, { state, attempt: 1 })).toEqual([]);
    expect(await read(message)).toEqual(before);
    expect(await tell(message, { state, attempt: 2 })).toHaveLength(1);
  },
);

test('news that an earlier attempt went out counts whatever the later one is told', async () => {
  const message = await meet();
  await reserveOnce(message);
  await tell(message, { state: 'draft' });
  await reserveOnce(message);
  expect(await tell(message, { state: 'sent', attempt: 1 })).toMatchObject([{ was: 'reserved' }]);
  expect(await tell(message, { state: 'failed', attempt: 2 })).toEqual([]);
  expect(await tell(message, { state: 'sent', attempt: 2 })).toEqual([]);
  expect(await read(message)).toMatchObject({ state: 'sent' });
});

test('a draft that was never reserved takes no result', async () => {
  const message = await meet();
  await reserveOnce(message);
  await tell(message, { state: 'draft' });
  await sql`update messages set attempts = 0
    where workspace_id = ${workspaceId} and id = ${message.id}`.execute(db);
  for (const attempt of [0, 1]) expect(await tell(message, { attempt })).toEqual([]);
  expect(await read(message)).toMatchObject({ state: 'draft' });
});

test.each([
  ['sent', 'sent'],
  ['failed', 'failed'],
  ['sent', 'failed'],
  ['draft', 'failed'],
] as const)('of two results at once, %s and %s, the first alone counts', async (first, second) => {
  const message = await meet();
  const used = await usage();
  await reserveOnce(message);
  const [one, two] = await together(
    (by) => tell(message, { state: first }, by),
    (by) => tell(message, { state: second }, by),
  );
  expect([one.length, two.length]).toEqual([1, 0]);
  expect(await read(message)).toMatchObject({ state: first });
  expect(await usage()).toBe(first === 'draft' ? used : used + 1);
});

test('the result of a dry run does not count for a real touch', async () => {
  const message = await meet();
  await reserveOnce(message);
  expect(await tell(message, { dryRun: true })).toEqual([]);
  expect(await read(message)).toMatchObject({ state: 'reserved' });
});

test('a deadline ends early for the attempt under way alone', async () => {
  const message = await meet();
  await reserveOnce(message);
  await sql`update messages set deadline_at = '2100-01-01'
    where workspace_id = ${workspaceId} and id = ${message.id}`.execute(db);
  const expire = (attempt: number) =>
    expireDeadlines(db, workspaceId, [{ messageId: message.id, attempt }]);
  const isFar = async () => (await read(message)).deadline_at! > new Date('2099-01-01');
  for (const attempt of [0, 2]) await expire(attempt);
  expect(await isFar()).toBe(true);
  await expire(1);
  expect(await isFar()).toBe(false);
  await tell(message, {});
  await expire(1);
  expect(await read(message)).toMatchObject({ state: 'sent', deadline_at: null });
});

test('a worker has until the deadline to hand a message over', async () => {
  const message = await meet();
  await reserve(db, { workspaceId, deadlineMs: 60_000, reservations: [touchOf(message)] });
  const { rows } = await sql<{ ms: number }>`
    select extract(epoch from deadline_at - clock_timestamp())::float8 * 1000 as ms
    from messages where workspace_id = ${workspaceId} and id = ${message.id}`.execute(db);
  expect(rows[0]!.ms).toBeGreaterThan(0);
  expect(rows[0]!.ms).toBeLessThanOrEqual(60_000);
});

test('touches of a quarter of an hour add up, and those with a note among them', async () => {
  const campaign = await addCampaign(database, 'active');
  const touches = async (...all: { noted: boolean; at?: Date; touch?: string }[]) => {
    const messages = await Promise.all(all.map(meet));
    const reservations = messages.map((message, i) => ({
      ...touchOf(message),
      campaignId: campaign,
      ...all[i],
    }));
    await reserve(db, { workspaceId, deadlineMs: 1000, reservations });
  };
  const [end, next] = [899_999, 900_000].map((ms) => new Date(now.getTime() + ms));
  await touches({ noted: true });
  await touches({ noted: true, at: end! }, { noted: false }, { noted: true, touch: 'message' });
  await touches({ noted: true, at: next! });
  const { rows } = await sql`select touch, bucket_at as at, n, notes from sender_usage
    where workspace_id = ${workspaceId} and campaign_id = ${campaign}
    order by touch, bucket_at`.execute(db);
  expect(rows).toEqual([
    { touch: 'email', at: now, n: 3, notes: 2 },
    { touch: 'email', at: next, n: 1, notes: 1 },
    { touch: 'message', at: now, n: 1, notes: 1 },
  ]);
});
