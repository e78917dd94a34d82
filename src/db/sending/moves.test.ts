import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  addCampaign,
  addPeople,
  addSender,
  waitingForLocks,
} from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { terminalStatuses } from '../../domain/people/prospect.ts';
import { type Move, moveProspects } from './moves.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const at = clock.now();
const before = new Date(at.getTime() - 60_000);
const [senderId, otherSender] = [await addSender(db, database), await addSender(db, database)];
const [here, next] = [services.newId(), services.newId()];

/** Somebody who stands before a touch, in a campaign of their own. */
async function addPerson({ ended_at = null, ...row }: Record<string, unknown> = {}) {
  const campaignId = await addCampaign(database, 'active');
  const stands = { status: 'sent', sender_id: senderId, node_id: here, anchor_at: before };
  const [id] = await addPeople(db, database, campaignId, [{ ...stands, ...row }]);
  await sql`update prospects set ended_at = ${ended_at}::timestamptz
    where id = ${id!}`.execute(db);
  return { id: id!, campaignId };
}
type Person = Awaited<ReturnType<typeof addPerson>>;

const onward: Omit<Move, 'prospectId'> = {
  standsAt: here,
  status: null,
  senderId: null,
  nodeId: next,
  anchorAt: at,
  endReason: null,
  contacted: false,
  at,
  hold: null,
  holdDetail: null,
  holdUntil: null,
};
const move = ({ id }: Person, given: Partial<Move>, how: object = {}) =>
  moveProspects(db, { workspaceId, moves: [{ prospectId: id, ...onward, ...given }], ...how });
const read = ({ id }: Person) =>
  db
    .selectFrom('prospects')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

/** The counters of a campaign that are not 0, apart from the one of its beginning. */
async function countsOf({ campaignId }: Person) {
  const { rows } = await sql<{ name: string; n: number }>`
    select concat_ws(' ', name, case node_id when ${here} then 'here' when ${next} then 'next' end,
      case sender_id when ${senderId} then 'own' when ${otherSender} then 'other' end) as name,
      sum(n)::int as n
    from counters where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
    group by 1 having sum(n) <> 0`.execute(db);
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

test('a prospect goes on to the next touch, and is counted there', async () => {
  const person = await addPerson();
  const moved = await move(person, { status: 'message_sent', contacted: true });
  const change = { was: 'sent', status: 'message_sent' };
  expect(moved).toEqual([{ ...person, ...change }]);
  expect(await read(person)).toMatchObject({
    status: 'message_sent',
    sender_id: senderId,
    node_id: next,
    anchor_at: at,
    hold: null,
    contacted_at: at,
    updated_at: at,
    ended_at: null,
    end_reason: null,
    replied_at: null,
    bounced_at: null,
  });
  expect(await countsOf(person)).toEqual({
    sent: 1,
    'sent here own': -1,
    'message_sent next own': 1,
    'contacted own': 1,
  });
});

test('a prospect without a sender gets one; the status stays unless it is given', async () => {
  const person = await addPerson({ status: 'pending', sender_id: null, node_id: null });
  await move(person, { senderId, hold: 'paused', holdDetail: 'why', holdUntil: at });
  expect(await read(person)).toMatchObject({
    status: 'pending',
    sender_id: senderId,
    contacted_at: null,
    hold: 'paused',
    hold_detail: 'why',
    hold_until: at,
  });
  expect(await countsOf(person)).toEqual({ 'pending next own': 1 });
  await move(person, { standsAt: null, senderId: otherSender });
  expect(await read(person)).toMatchObject({ sender_id: otherSender, hold: null });
});

test('somebody who stands elsewhere by now stays there; any move from anywhere', async () => {
  const person = await addPerson({ node_id: next });
  expect(await move(person, { contacted: true })).toEqual([]);
  expect(await read(person)).toMatchObject({ node_id: next, contacted_at: null });
  expect(await countsOf(person)).toEqual({ sent: 1 });
  expect(await move(person, { standsAt: null, nodeId: here })).toHaveLength(1);
  expect(await read(person)).toMatchObject({ node_id: here });
});

test('the first contact, reply and bounce keep their times', async () => {
  const times = { contacted_at: before, replied_at: before, bounced_at: before };
  for (const status of ['replied', 'bounced']) {
    const person = await addPerson(times);
    await move(person, { status, contacted: true, endReason: 'why' });
    expect(await read(person)).toMatchObject({ ...times, status, ended_at: at, end_reason: 'why' });
    expect(await countsOf(person)).not.toHaveProperty('contacted own');
  }
});

test.each(terminalStatuses)('an end as %s leaves no touch and no hold', async (status) => {
  const person = await addPerson({ hold: 'paused', hold_detail: 'x', hold_until: before });
  await move(person, { status, endReason: 'why', hold: 'paused', holdDetail: 'x', holdUntil: at });
  expect(await read(person)).toMatchObject({
    status,
    sender_id: senderId,
    node_id: null,
    anchor_at: null,
    hold: null,
    hold_detail: null,
    hold_until: null,
    ended_at: at,
    end_reason: 'why',
    replied_at: status === 'replied' ? at : null,
    bounced_at: status === 'bounced' ? at : null,
  });
});

/** How a late end finds somebody who ended before, by the words of the move. */
const ends = terminalStatuses.map((status) => ({
  status,
  replaced: [
    ...(['completed', 'timed_out'].includes(status) ? ['overrides'] : []),
    ...(['failed', 'bounced'].includes(status) ? ['reopens'] : []),
  ],
}));

test.each(ends)(
  'an end as $status is replaced by $replaced alone',
  async ({ status, replaced }) => {
    const end = { status, node_id: null, anchor_at: null, ended_at: before, end_reason: 'first' };
    for (const how of ['', 'overrides', 'reopens']) {
      const person = await addPerson(end);
      const late = { status: 'replied', endReason: 'late', contacted: true, senderId: otherSender };
      await move(person, late, how ? { [how]: true } : {});
      const isReplaced = replaced.includes(how);
      expect(await read(person), how).toMatchObject({
        status: isReplaced ? 'replied' : status,
        end_reason: isReplaced ? 'late' : 'first',
        ended_at: isReplaced ? at : before,
        sender_id: isReplaced ? otherSender : senderId,
        contacted_at: at,
        node_id: null,
        anchor_at: null,
      });
    }
  },
);

test('somebody who ended is not moved on, nor held; who has no sender yet gets it', async () => {
  const ended = { status: 'cancelled', ended_at: before };
  const person = await addPerson({ ...ended, node_id: null, sender_id: null });
  await move(person, { status: 'message_sent', senderId, hold: 'paused', holdDetail: 'x' });
  expect(await read(person)).toMatchObject({
    status: 'cancelled',
    node_id: null,
    anchor_at: null,
    hold: null,
    hold_detail: null,
    sender_id: senderId,
    ended_at: before,
  });
});

test('people who failed go on when they are taken up again', async () => {
  const ended = { status: 'failed', ended_at: before, end_reason: 'why' };
  const person = await addPerson({ ...ended, node_id: null });
  await move(person, { status: 'sent', nodeId: here }, { reopens: true });
  expect(await read(person)).toMatchObject({
    status: 'sent',
    node_id: here,
    anchor_at: at,
    ended_at: null,
    end_reason: null,
  });
});

test.each([
  [null, 'infinity', 'paused', null],
  [null, at, 'paused', at],
  ['away', at, 'out_of_office', at],
] as const)('a pause that was put off (%s, %j) wins over the hold', async (...given) => {
  const [detail, pausing, hold, until] = given;
  const person = await addPerson({ hold: 'reserved', hold_detail: detail, pausing });
  await move(person, { hold: 'retry', holdDetail: 'temporary', holdUntil: before });
  const held = { hold, hold_detail: detail, hold_until: until, pausing: null };
  expect(await read(person)).toMatchObject(held);
});

test('a pause that was put off goes with the end', async () => {
  const person = await addPerson({ hold: 'reserved', hold_detail: 'away', pausing: at });
  await move(person, { status: 'replied' });
  const free = { hold: null, hold_detail: null, hold_until: null, pausing: null };
  expect(await read(person)).toMatchObject(free);
});

test('people are locked in the order of their ids, in whatever order moves come', async () => {
  const all = [await addPerson(), await addPerson()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const moves = all.toReversed().map(({ id }) => ({ prospectId: id, ...onward }));
  const [moved] = await db.transaction().execute(async (holder) => {
    const lock = ({ id }: Person, how = sql``) =>
      sql`select from prospects where id = ${id} for update ${how}`.execute(holder);
    await lock(all[1]!);
    const waiting = moveProspects(db, { workspaceId, moves });
    await expect.poll(() => waitingForLocks(db), { interval: 5 }).toBe(1);
    expect((await lock(all[0]!, sql`skip locked`)).rows).toEqual([]);
    // In a list, because the transaction would wait for a promise.
    return [waiting];
  });
  expect(await moved).toHaveLength(2);
});
