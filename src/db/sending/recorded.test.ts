import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  addCampaign,
  addPeople,
  addSender,
  waitingForLocks,
} from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { type Result, recordResults } from './ledger.ts';
import { reserve } from './reserve.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const now = clock.now();
const later = new Date(now.getTime() + 60_000);
const senderId = await addSender(db, database);

type Reserved = { id: string; campaignId: string; prospectId: string; nodeId: string };

/** A reserved invitation, with a note unless `text` is empty, in a campaign of its own. */
async function reserveOne({ text = 'Hi' } = {}): Promise<Reserved> {
  const campaignId = await addCampaign(database, 'active');
  const [prospectId] = await addPeople(db, database, campaignId, [{}]);
  const reserved = {
    id: services.newId(),
    campaignId,
    prospectId: prospectId!,
    nodeId: services.newId(),
  };
  const [day, domain, company] = ['2026-03-02', 'people.test', 'acme'];
  for (const [kind, key] of Object.entries({ domain, company }))
    await sql`insert into reach_usage (workspace_id, campaign_id, kind, key, day, n, cap)
      values (${workspaceId}, ${campaignId}, ${kind}, ${key}, ${day}, 1, 1),
        (${workspaceId}, ${campaignId}, ${kind}, ${key}, '2026-03-01', 1, 1),
        (${workspaceId}, ${campaignId}, ${kind}, 'other', ${day}, 1, 1)`.execute(db);
  await again(reserved, { text, capMark: { day, domain, company } });
  return reserved;
}

const again = ({ id, ...place }: Reserved, given: object = {}) =>
  reserve(db, {
    workspaceId,
    deadlineMs: 1000,
    reservations: [
      {
        messageId: id,
        ...place,
        senderId,
        touch: 'connection_request',
        subject: '',
        text: 'Hi',
        html: null,
        channelKey: id,
        at: now,
        noted: (given as { text?: string }).text !== '',
        ...given,
      },
    ],
  });

const resultOf = ({ id }: Reserved, given: Partial<Result> = {}): Result => ({
  messageId: id,
  attempt: 1,
  dryRun: false,
  state: 'sent',
  errorCode: null,
  detail: null,
  ...given,
});
const tell = (one: Reserved, given: Partial<Result>) =>
  recordResults(db, { workspaceId, now: later, results: [resultOf(one, given)] });
const read = ({ id }: Reserved) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

/** The usage of a touch, of its domain and its company (with caps), and whether others changed. */
async function usageOf({ campaignId }: Reserved) {
  const { rows: sender } = await sql<{ n: number; notes: number }>`select n, notes
    from sender_usage where workspace_id = ${workspaceId}
      and campaign_id = ${campaignId}`.execute(db);
  const isOwn = sql`day = '2026-03-02' and key <> 'other'`;
  const { rows: reach } = await sql<{ own: string; others: string }>`
    select string_agg(n || '/' || cap, ' ') filter (where ${isOwn}) as own,
      string_agg(n || '/' || cap, ' ') filter (where not (${isOwn})) as others
    from reach_usage where workspace_id = ${workspaceId}
      and campaign_id = ${campaignId}`.execute(db);
  expect(reach[0]!.others).toBe('1/1 1/1 1/1 1/1');
  return [sender[0]?.n, sender[0]?.notes, reach[0]!.own];
}

test.each([
  ['sent', 1],
  ['failed', 1],
  ['unknown', 1],
  ['draft', 0],
  ['skipped', 0],
] as const)(
  'a touch that is %s counts %i in the usage of its sender and caps',
  async (state, n) => {
    await reserveOne();
    const one = await reserveOne();
    expect(await usageOf(one)).toEqual([1, 1, '1/1 1/1']);
    expect(await tell(one, { state })).toMatchObject([{ messageId: one.id, was: 'reserved' }]);
    expect(await usageOf(one)).toEqual([n, n, `${n}/1 ${n}/1`]);
  },
);

test('an invitation without a note gives no note back', async () => {
  const one = await reserveOne({ text: '' });
  expect(await usageOf(one)).toEqual([1, 0, '1/1 1/1']);
  await tell(one, { state: 'draft' });
  expect(await usageOf(one)).toEqual([0, 0, '0/1 0/1']);
});

test('a touch that went out after it was given back takes its usage again, caps grow', async () => {
  const one = await reserveOne();
  await tell(one, { state: 'draft' });
  await sql`update reach_usage set n = 1 where campaign_id = ${one.campaignId}`.execute(db);
  expect(await tell(one, { state: 'sent' })).toMatchObject([{ was: 'draft' }]);
  expect(await usageOf(one)).toEqual([1, 1, '2/2 2/2']);
});

test('what went out, or may have, has the time of its reservation; else none', async () => {
  for (const [state, at] of [
    ['sent', now],
    ['unknown', now],
    ['failed', null],
    ['draft', null],
  ] as const) {
    const one = await reserveOne();
    await tell(one, { state, errorCode: 'code', detail: 'words' });
    expect(await read(one)).toMatchObject({
      state,
      sent_at: at,
      deadline_at: null,
      updated_at: later,
      error_code: 'code',
      error_detail: 'words',
    });
  }
});

test('tries that count add up, and are none again once a failed touch is taken up', async () => {
  const one = await reserveOne();
  await tell(one, { state: 'draft', counts: true });
  expect(await read(one)).toMatchObject({ tries: 1 });
  await again(one);
  await tell(one, { state: 'draft', attempt: 2 });
  expect(await read(one)).toMatchObject({ tries: 1 });
  await sql`update messages set state = 'failed' where id = ${one.id}`.execute(db);
  await tell(one, { state: 'draft', attempt: 2, settles: 'failed' });
  expect(await read(one)).toMatchObject({ state: 'draft', tries: 0 });
});

test('a doubt is ended by the result that settles it, of its own attempt, alone', async () => {
  const one = await reserveOne();
  await tell(one, { state: 'unknown' });
  await sql`update messages set doubted_at = ${now} where id = ${one.id}`.execute(db);
  for (const wrong of [
    {},
    { settles: 'failed' as const },
    { settles: 'unknown' as const, attempt: 2 },
  ])
    expect(await tell(one, { state: 'draft', ...wrong })).toEqual([]);
  expect(await read(one)).toMatchObject({ state: 'unknown', doubted_at: now });
  expect(await tell(one, { state: 'draft', settles: 'unknown' })).toMatchObject([
    { was: 'unknown' },
  ]);
  expect(await read(one)).toMatchObject({ state: 'draft', doubted_at: null });
});

test('a result without keys leaves those that are known, and the doubt', async () => {
  const one = await reserveOne();
  await sql`update messages set provider_key = 'p', thread_key = 't', doubted_at = ${now}
    where id = ${one.id}`.execute(db);
  await tell(one, {});
  expect(await read(one)).toMatchObject({ provider_key: 'p', thread_key: 't', doubted_at: now });
  const other = await reserveOne();
  await tell(other, { providerKey: 'q', threadKey: 'u' });
  expect(await read(other)).toMatchObject({ provider_key: 'q', thread_key: 'u' });
});

test('results of one batch are each returned with the hold of their prospect', async () => {
  const all = [await reserveOne(), await reserveOne()];
  const until = later;
  await sql`update prospects set hold = 'paused', hold_detail = 'why', hold_until = ${until}
    where id = ${all[0]!.prospectId}`.execute(db);
  const results = all.map((one) => resultOf(one));
  const recorded = await recordResults(db, { workspaceId, now, results });
  const byMessage = new Map(recorded.map((row) => [row.messageId, row]));
  const held = { hold: 'paused', holdDetail: 'why', holdUntil: until };
  const expected = [held, { hold: 'reserved', holdDetail: null, holdUntil: null }];
  for (const [i, { id, campaignId }] of all.entries())
    expect(byMessage.get(id)).toMatchObject({ campaignId, ...expected[i] });
  expect(await recordResults(db, { workspaceId, now, results: [] })).toEqual([]);
});

test('messages are locked in the order of their ids, in whatever order results come', async () => {
  const all = [await reserveOne(), await reserveOne()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first, second] = all as [Reserved, Reserved];
  const results = [resultOf(second), resultOf(first)];
  const [recording] = await db.transaction().execute(async (holder) => {
    const lock = (id: string, how = sql``) =>
      sql`select from messages where id = ${id} for update ${how}`.execute(holder);
    await lock(second.id);
    const waiting = recordResults(db, { workspaceId, now, results });
    await expect.poll(() => waitingForLocks(db), { interval: 5 }).toBe(1);
    const { rows } = await lock(first.id, sql`skip locked`);
    expect(rows).toEqual([]);
    // In a list, because the transaction would wait for a promise.
    return [waiting];
  });
  expect(await recording).toHaveLength(2);
});

test('the prospects of results stay locked until they are committed', async () => {
  const one = await reserveOne();
  await db.transaction().execute(async (by) => {
    await recordResults(by, { workspaceId, now, results: [resultOf(one)] });
    const { rows } = await sql`select from prospects where id = ${one.prospectId}
      for update skip locked`.execute(db);
    expect(rows).toEqual([]);
  });
});
