import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { addCampaign, addPeople, addSender } from '../../../test/factories/rows.ts';
import { addWorkspace, testDatabase } from '../../../test/fixtures/database.ts';
import type { Received } from '../../domain/inbound/received.ts';
import type { Db } from '../database.ts';
import {
  advanceInbox,
  changedSenders,
  failInbox,
  lockOpenInbound,
  markApplied,
  pokeInbox,
  pokeInboxes,
  storeReceived,
  takeInboxes,
} from './inboxes.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const now = clock.now();
const workerId = services.newId();
const sandbox = await addWorkspace(db, now);
await sql`update workspaces set mode = 'sandbox', clock_at = ${now}
  where id = ${sandbox.workspaceId}`.execute(db);

beforeEach(async () => {
  for (const table of ['inboxes', 'workers'])
    await sql`delete from ${sql.table(table)}`.execute(db);
});

type Given = { due?: number; owner?: string; failing?: boolean; status?: string; type?: string };

/** An inbox that has been due for some seconds. Returns its sender. */
async function addInbox(given: Given = {}, tenant = database as typeof sandbox): Promise<string> {
  const { due = 1, owner = null, failing = false, status, type } = given;
  const sender = await addSender(db, tenant, {
    ...(type ? { type } : {}),
    ...(status ? { status } : {}),
  });
  await sql`insert into inboxes (workspace_id, sender_id, owner, failing_since, next_poll_at)
    values (${tenant.workspaceId}, ${sender}, ${owner}, ${failing ? now : null},
      clock_timestamp() - ${due} * interval '1 second')`.execute(db);
  return sender;
}

type Take = Partial<Parameters<typeof takeInboxes>[1]>;
const anHour = 3_600_000;
const take = (given: Take = {}, by: Db = db) =>
  takeInboxes(by, {
    workerId,
    poked: [],
    pollMs: anHour,
    minMs: {},
    idleMs: {},
    failing: false,
    busy: { senders: [], workspaces: [] },
    limit: 50,
    healing: { types: [], before: now },
    ...given,
  });
const taken = async (given: Take = {}, by: Db = db) =>
  (await take(given, by)).map(({ senderId }) => senderId).toSorted();

/** An inbox, and the seconds until its next look: to the nearest ten, because time goes on. */
async function readInbox(sender: string) {
  const { rows } = await sql<{ wait: number } & Record<string, unknown>>`
    select *, 10 * round(extract(epoch from next_poll_at - clock_timestamp()) / 10)::int as wait
    from inboxes where sender_id = ${sender}`.execute(db);
  return rows[0]!;
}

test('inboxes are taken when they are due or poked, those that waited longest first', async () => {
  const [late, later] = [await addInbox({ due: 5 }), await addInbox({ due: 9 })];
  const early = await addInbox({ due: -60 });
  expect(await taken({ limit: 1 })).toEqual([later]);
  expect(await readInbox(later)).toMatchObject({ owner: workerId, wait: 3_600 });
  expect(await taken({ poked: [early] })).toEqual([late, early].toSorted());
  expect(await taken()).toEqual([]);
});

test('inboxes of sandboxes, of busy senders and workspaces are left alone', async () => {
  await addInbox({}, sandbox);
  const [busy, free] = [await addInbox(), await addInbox()];
  expect(await taken({ busy: { senders: [], workspaces: [workspaceId] } })).toEqual([]);
  expect(await taken({ busy: { senders: [busy], workspaces: [] } })).toEqual([free]);
});

test('inboxes whose last look failed are taken apart from the others', async () => {
  const [well, failing] = [await addInbox(), await addInbox({ failing: true })];
  expect(await take({ failing: true })).toMatchObject([{ senderId: failing, failing: true }]);
  expect(await take()).toMatchObject([{ senderId: well, failing: false }]);
});

test.each([
  ['active', { paused: false, ailing: false }],
  ['paused', { paused: true, ailing: false }],
  ['connecting', null],
  ['disconnected', null],
  ['credentials_required', null],
  ['error', null],
])('the inbox of a sender that is %s is taken: %o', async (status, as) => {
  const sender = await addInbox({ status });
  expect(await take()).toMatchObject(as ? [{ senderId: sender, type: 'email', ...as }] : []);
});

test.each(['credentials_required', 'error'])(
  'a sender that is %s and recovers by itself is tried once it has rested',
  async (status) => {
    const sender = await addInbox({ status, type: 'linkedin' });
    await sql`update senders set updated_at = ${now} where id = ${sender}`.execute(db);
    const types = ['linkedin'];
    const before = (ms: number) => new Date(now.getTime() + ms);
    expect(await take({ healing: { types, before: before(-1) } })).toEqual([]);
    expect(await take({ healing: { types: ['x'], before: before(0) } })).toEqual([]);
    expect(await take({ healing: { types, before: before(0) } })).toMatchObject([
      { senderId: sender, ailing: true, updatedAt: now },
    ]);
  },
);

test('an inbox of another worker is taken once that worker is silent for ten seconds', async () => {
  const other = services.newId();
  await addInbox({ owner: other });
  const own = await addInbox({ owner: workerId });
  const gone = await addInbox({ owner: services.newId() });
  const beat = (seconds: number) =>
    sql`insert into workers (id, heartbeat_at) values (${other},
      clock_timestamp() - ${seconds} * interval '1 second')
      on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`.execute(db);
  await beat(3);
  expect(await taken()).toEqual([own, gone].toSorted());
  await beat(11);
  expect(await taken()).toHaveLength(1);
});

test('two workers that take at once get different inboxes, and neither waits', async () => {
  const [first, second] = [await addInbox({ due: 9 }), await addInbox({ due: 5 })];
  await db.transaction().execute(async (one) => {
    expect(await taken({ limit: 1 }, one)).toEqual([first]);
    expect(await taken()).toEqual([second]);
  });
});

test('the next look comes after the longest of the pauses that apply', async () => {
  const waits = async (given: Take) => {
    const sender = await addInbox();
    await take(given);
    return (await readInbox(sender)).wait;
  };
  expect(await waits({ pollMs: 60_000, minMs: { email: 90_000 } })).toBe(90);
  expect(await waits({ pollMs: 60_000, minMs: { email: 30_000, x: 90_000 } })).toBe(60);
  expect(await waits({ pollMs: 60_000, idleMs: { email: 120_000 } })).toBe(120);
  expect(await waits({ pollMs: 60_000, idleMs: { x: 120_000 } })).toBe(60);
});

test.each([
  [{}, 'active', 60],
  [{}, 'paused', 120],
  [{ anchor_at: null }, 'active', 120],
  [{ hold: 'paused' }, 'active', 120],
  [{ sender_id: null }, 'active', 120],
])('a sender is idle unless somebody awaits a touch: %j, %s', async (row, status, wait) => {
  const sender = await addInbox();
  const campaign = await addCampaign(database, status);
  await addPeople(db, database, campaign, [{ sender_id: sender, anchor_at: now, ...row }]);
  await take({ pollMs: 60_000, idleMs: { email: 120_000 } });
  expect(await readInbox(sender)).toMatchObject({ wait });
});

test('a look that fails keeps its first time, and rests; a good one clears it', async () => {
  const inbox = { workspaceId, senderId: await addInbox() };
  const read = () => readInbox(inbox.senderId);
  const later = new Date(now.getTime() + 60_000);
  await failInbox(db, { ...inbox, error: `\0${'x'.repeat(2_000)}`, restMs: 60_000, now });
  const failed = await read();
  expect(failed).toMatchObject({ failing_since: now, wait: 60 });
  expect(failed.error).toHaveLength(1_000);
  await failInbox(db, { ...inbox, error: 'again', now: later });
  expect(await read()).toMatchObject({ failing_since: now, error: 'again', wait: 60 });
  await pokeInbox(db, inbox);
  expect((await read()).wait).toBe(0);
  await advanceInbox(db, { ...inbox, cursor: { at: 3 }, now: later });
  const well = { cursor: { at: 3 }, polled_at: later, error: null, failing_since: null };
  expect(await read()).toMatchObject(well);
});

test('what is noted of one inbox leaves the others as they are', async () => {
  const [own, other] = [await addInbox({ due: -60 }), await addInbox({ due: -60, failing: true })];
  const inbox = { workspaceId, senderId: own };
  const before = await readInbox(other);
  await failInbox(db, { ...inbox, error: 'no', restMs: anHour, now: new Date(0) });
  await pokeInbox(db, inbox);
  await advanceInbox(db, { ...inbox, cursor: 1, now });
  expect(await readInbox(other)).toEqual(before);
});

const changes: [string, object, boolean][] = [
  ['that is as it was', {}, false],
  ['that is paused', { status: 'paused' }, false],
  ['that was changed since', { updated_at: new Date(now.getTime() + 1) }, true],
  ['that is out of service', { status: 'error' }, true],
  ['that was removed', { removed_at: now }, true],
];
test.each(changes)('a worker lets go of a sender %s: %o', async (_how, change, isSo) => {
  const sender = await addInbox({ owner: workerId });
  const row = { updated_at: now, ...change };
  await db.updateTable('senders').set(row).where('id', '=', sender).execute();
  const since = new Map([[sender, now]]);
  expect(await changedSenders(db, { workerId, since })).toEqual(isSo ? [sender] : []);
});

test('a worker lets go of senders of others and of sandboxes', async () => {
  const others = [await addInbox({ owner: services.newId() }), await addInbox()];
  const inSandbox = await addInbox({ owner: workerId }, sandbox);
  const given = [...others, inSandbox, services.newId()];
  const since = new Map(given.map((id) => [id, new Date('2100-01-01')]));
  expect(await changedSenders(db, { workerId, since })).toEqual(given);
});

test('a poke makes inboxes due, and puts none off', async () => {
  const [late, early] = [await addInbox({ due: 60 }), await addInbox({ due: -60 })];
  await pokeInbox(db, { workspaceId, senderId: late });
  expect(await readInbox(late)).toMatchObject({ wait: -60 });
  expect(await readInbox(early)).toMatchObject({ wait: 60 });
  await pokeInboxes(db, workspaceId);
  expect(await readInbox(early)).toMatchObject({ wait: 0 });
});

const received = (given: Partial<Received>): Received => ({
  sourceKey: services.newId(),
  key: null,
  from: 'ann@people.test',
  subject: null,
  text: '',
  receivedAt: now,
  headers: {},
  facts: { references: [] },
  ...given,
});

test('a mail is stored once, by its place and by its key', async () => {
  const senderId = await addInbox();
  const inbox = { workspaceId, senderId, newId: services.newId };
  const key = `${services.newId()}@people.test`;
  const store = (...all: Partial<Received>[]) =>
    storeReceived(db, { ...inbox, received: all.map(received) });
  await store({ sourceKey: '1', key }, { sourceKey: '2', key }, { sourceKey: '1', text: 'again' });
  await store({ sourceKey: '3', key }, { sourceKey: '4', key, from: 'bob@people.test' });
  await store({ sourceKey: '5', key: 'same' }, { sourceKey: '6', key: 'same', from: 'bob' });
  await store();
  const { rows } = await sql`select source_key, channel_key from inbound_messages
    where sender_id = ${senderId} order by 1`.execute(db);
  expect(rows).toEqual([
    { source_key: '1', channel_key: key },
    { source_key: '4', channel_key: null },
    { source_key: '5', channel_key: 'same' },
    { source_key: '6', channel_key: null },
  ]);
});

test('the oldest open mail comes first, and one in hand is passed over', async () => {
  const senderId = await addInbox();
  const later = new Date(now.getTime() + 1);
  const both = [
    received({ sourceKey: 'b', receivedAt: later, event: 'connected', threadKey: 't' }),
    received({ sourceKey: 'a' }),
  ];
  const inbox = { workspaceId, senderId };
  await storeReceived(db, { ...inbox, newId: services.newId, received: both });
  await db.transaction().execute(async (one) => {
    expect(await lockOpenInbound(one, inbox)).toMatchObject({
      sourceKey: 'a',
      event: 'message',
      from: 'ann@people.test',
      sent: false,
      own: [],
      address: `${senderId}@example.com`,
    });
    expect(await lockOpenInbound(db, inbox)).toMatchObject({ event: 'connected', threadKey: 't' });
  });
  const target = { campaignId: services.newId(), prospectId: services.newId(), messageId: null };
  for (const sourceKey of ['a', 'b']) {
    const open = (await lockOpenInbound(db, inbox))!;
    expect(open.sourceKey).toBe(sourceKey);
    const applied = { workspaceId, id: open.id, kind: 'reply', reason: 'why', now, threadId: null };
    await markApplied(db, { ...applied, target: sourceKey === 'a' ? target : null });
  }
  expect(await lockOpenInbound(db, inbox)).toBeNull();
  const { rows } = await sql`select kind, kind_reason, applied_at, prospect_id
    from inbound_messages where sender_id = ${senderId} order by source_key`.execute(db);
  const as = { kind: 'reply', kind_reason: 'why', applied_at: now };
  expect(rows).toEqual([
    { ...as, prospect_id: target.prospectId },
    { ...as, prospect_id: null },
  ]);
});
