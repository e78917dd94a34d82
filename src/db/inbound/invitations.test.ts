import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addCampaign, addPeople, addSender } from '../../../test/factories/rows.ts';
import { addWorkspace, testDatabase } from '../../../test/fixtures/database.ts';
import { campaignsAwaiting, lockAwaiting, rematchInbound, takeExpired } from './invitations.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const now = clock.now();
const plus = (ms: number) => new Date(now.getTime() + ms);
const senderId = await addSender(db, database, { type: 'linkedin' });
const otherSender = await addSender(db, database, { type: 'linkedin' });
const own = { workspaceId, senderId };

async function addOwnCampaign(status = 'active'): Promise<string> {
  const campaign_id = await addCampaign(database, status);
  await db
    .insertInto('campaign_senders')
    .values({ workspace_id: workspaceId, campaign_id, sender_id: senderId, position: 0 })
    .execute();
  return campaign_id;
}
const campaignId = await addOwnCampaign();

const waiting = { status: 'connection_sent', hold: 'awaiting_connection', hold_until: now };
type Person = { id: string; identity: string; node_id: string };

/** Somebody who was invited, and waits. */
async function addPerson(row: object = {}, tenant = { ...database, campaignId, senderId }) {
  const place = { node_id: services.newId(), anchor_at: now, sender_id: tenant.senderId };
  const person = { identity: services.newId(), ...place, ...waiting, ...row };
  const [id] = await addPeople(db, tenant, tenant.campaignId, [person]);
  return { id: id!, ...person };
}

async function addTouch({ id, node_id }: Person, row: object = {}): Promise<string> {
  const message = services.newId();
  await db
    .insertInto('messages')
    .values({
      workspace_id: workspaceId,
      campaign_id: campaignId,
      id: message,
      prospect_id: id,
      node_id,
      sender_id: senderId,
      touch: 'connection_request',
      state: 'sent',
      reserved_at: now,
      created_at: now,
      updated_at: now,
      ...row,
    })
    .execute();
  return message;
}

test('people may wait in the sender’s campaigns that run or are paused', async () => {
  const [paused] = [await addOwnCampaign('paused')];
  for (const status of ['draft', 'completed']) await addOwnCampaign(status);
  await addCampaign(database, 'active');
  expect((await campaignsAwaiting(db, own)).toSorted()).toEqual([campaignId, paused].toSorted());
});

test.each([
  [{}, true],
  [{ hold: null, hold_until: null }, true],
  [{ status: 'message_sent', hold: 'withdrawing' }, true],
  [{ status: 'message_sent' }, true],
  [{ status: 'message_sent', hold: 'paused' }, false],
  [{ status: 'message_sent', hold: null, hold_until: null }, false],
  [{ sender_id: otherSender }, false],
  [{ ended_at: now }, false],
])('an acceptance is for somebody who waits for it with this sender: %j, %s', async (row, is) => {
  const { id, identity } = await addPerson(row);
  const found = await lockAwaiting(db, own, ['nobody', identity]);
  expect(found.map(({ prospectId }) => prospectId)).toEqual(is ? [id] : []);
});

test('an acceptance finds people by identity in own campaigns, by the provider’s id', async () => {
  const key = services.newId();
  const elsewhere = { ...database, campaignId: await addCampaign(database, 'active'), senderId };
  const [ann, bob] = [await addPerson({ person_key: key }), await addPerson({}, elsewhere)];
  const cid = await addPerson({ person_key: key }, elsewhere);
  const ids = async (...names: string[]) =>
    (await lockAwaiting(db, own, names)).map(({ prospectId }) => prospectId);
  expect(await ids(key)).toEqual([ann.id, cid.id].toSorted());
  expect(await ids(bob.identity)).toEqual([]);
  expect(await ids()).toEqual([]);
});

test.each([
  [{}, true],
  [{ state: 'unknown' }, true],
  [{ state: 'skipped' }, true],
  [{ state: 'failed' }, false],
  [{ state: 'reserved' }, false],
  [{ node_id: services.newId() }, false],
])('the present touch of somebody who waits is over: %j, %s', async (touch, had) => {
  const ann = await addPerson();
  await addTouch(ann, touch);
  const [found] = await lockAwaiting(db, own, [ann.identity]);
  expect(found).toMatchObject({ campaignId, senderId, nodeId: ann.node_id, anchorAt: now, had });
});

const expired = async (limit = 50, scope: Parameters<typeof takeExpired>[1]['scope'] = 'live') =>
  (await takeExpired(db, { scope, now, limit })).map(({ prospectId }) => prospectId);
const forget = () => sql`update prospects set hold_until = null`.execute(db);

test('waits are over at their instant, the oldest first; other holds are not theirs', async () => {
  await forget();
  const ann = await addPerson();
  const bob = await addPerson({ hold: 'withdrawing', hold_until: plus(-1) });
  await addPerson({ hold_until: plus(1) });
  await addPerson({ hold: 'paused' });
  expect(await expired()).toEqual([bob.id, ann.id]);
  expect(await expired(1)).toEqual([bob.id]);
  await db.transaction().execute(async (by) => {
    await takeExpired(by, { scope: 'live', now, limit: 1 });
    expect(await expired()).toEqual([ann.id]);
  });
});

test('a sandbox and the live workspaces take their own', async () => {
  await forget();
  const tenant = await addWorkspace(db, now);
  await sql`update workspaces set mode = 'sandbox', clock_at = ${now}
    where id = ${tenant.workspaceId}`.execute(db);
  const place = {
    ...tenant,
    senderId: await addSender(db, tenant),
    campaignId: await addCampaign({ ...database, ...tenant }, 'active'),
  };
  const ann = await addPerson();
  const bob = await addPerson({}, { ...database, ...place });
  expect(await expired()).toEqual([ann.id]);
  expect(await expired(50, { sandbox: tenant.workspaceId })).toEqual([bob.id]);
});

test('the end of a wait knows the sender, the limit, and the last open invitation', async () => {
  await forget();
  const ann = await addPerson({ hold_detail: 'why' });
  const touch = (row: object) => addTouch(ann, { node_id: services.newId(), ...row });
  const look = async () => (await takeExpired(db, { scope: 'live', now, limit: 1 }))[0];
  const closed = [
    { state: 'failed' },
    { state: 'draft' },
    { withdrawn_at: now },
    { sender_id: otherSender },
    { touch: 'message' },
  ];
  for (const row of closed) await touch(row);
  const expected = {
    prospectId: ann.id,
    campaignId,
    senderId,
    channel: 'linkedin',
    senderStatus: 'active',
    dryRun: false,
    days: 30,
    hold: 'awaiting_connection',
    holdDetail: 'why',
    invitationId: null,
  };
  expect(await look()).toEqual({ workspaceId, ...expected });
  await touch({ reserved_at: plus(-2) });
  const last = await touch({ reserved_at: plus(-1), state: 'unknown' });
  expect(await look()).toMatchObject({ invitationId: last });
  await sql`update campaigns set connection_timeout_days = 3 where id = ${campaignId}`.execute(db);
  expect(await look()).toMatchObject({ days: 3 });
});

const aMinute = 60_000;
type Mail = Record<string, unknown>;
test.each<[string, Mail, boolean]>([
  ['by its conversation', { thread_key: 'thread' }, true],
  ['by its author', { from_address: 'IDENTITY' }, true],
  ['by the provider’s id of its author', { from_address: 'KEY' }, true],
  ['by a further name', { facts: '{"identities":["x","KEY"]}' }, true],
  ['by a further identity', { facts: '{"identities":["IDENTITY"]}' }, true],
  ['that names nobody', { from_address: 'x', facts: '{"identities":["x"]}' }, false],
  ['a minute before', { from_address: 'KEY', received_at: plus(-aMinute) }, true],
  ['earlier than that', { from_address: 'KEY', received_at: plus(-aMinute - 1) }, false],
  ['of another sender', { from_address: 'KEY', sender_id: otherSender }, false],
  ['that is still open', { from_address: 'KEY', applied_at: null, kind: 'kept' }, false],
  ['that is the person’s already', { from_address: 'KEY', prospect_id: 'ID' }, false],
  ['that is another’s', { from_address: 'KEY', prospect_id: services.newId() }, true],
])('a message %s is matched again', async (_how, mail, isReopened) => {
  const person_key = services.newId();
  const ann = await addPerson({ person_key });
  const messageId = await addTouch(ann, { thread_key: 'thread' });
  const names = { IDENTITY: ann.identity, KEY: person_key, ID: ann.id };
  const told = JSON.parse(
    JSON.stringify(mail).replace(/IDENTITY|KEY|ID/g, (word) => names[word as 'ID']),
  );
  const id = services.newId();
  const kept = { kind: 'kept', kind_reason: 'why', applied_at: now };
  await db
    .insertInto('inbound_messages')
    .values({
      workspace_id: workspaceId,
      id,
      sender_id: senderId,
      source_key: id,
      received_at: now,
      ...kept,
      ...told,
    })
    .execute();
  const others = await addTouch(await addPerson());
  await rematchInbound(db, workspaceId, [{ messageId: others }]);
  const read = () =>
    db
      .selectFrom('inbound_messages')
      .select(['kind', 'kind_reason', 'applied_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  const before = await read();
  expect(before.kind).toBe('kept');
  await rematchInbound(db, workspaceId, [{ messageId }, { messageId: others }]);
  const open = { kind: null, kind_reason: null, applied_at: null };
  expect(await read()).toEqual(isReopened ? open : before);
});
