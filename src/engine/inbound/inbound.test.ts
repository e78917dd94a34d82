// Mails that are stored already, applied with the database alone.

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  addCampaign,
  addPeople,
  addSender,
  waitingForLocks,
} from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import type { Db } from '../../db/database.ts';
import { storeReceived } from '../../db/inbound/inboxes.ts';
import { lockSenderInbound } from '../../db/inbound/invitations.ts';
import type { Received } from '../../domain/inbound/received.ts';
import { dayMs, hourMs } from '../../domain/time.ts';
import { applyReceived } from './inbound.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const now = clock.now();
const ago = (ms: number) => new Date(now.getTime() - ms);
type Given = { type?: string; stop_on_reply?: boolean; row?: object };

/** Somebody at a company of their own, who got a mail three hours ago, with a sender of theirs. */
async function contacted({ type = 'email', row = {}, ...settings }: Given = {}) {
  const senderId = await addSender(db, database, { type });
  const campaignId = await addCampaign(database, 'active');
  await sql`update campaigns set type = ${type}, stop_on_reply = ${settings.stop_on_reply ?? true}
    where id = ${campaignId}`.execute(db);
  const place = { workspace_id: workspaceId, campaign_id: campaignId };
  await db
    .insertInto('campaign_senders')
    .values({ ...place, sender_id: senderId, position: 0 })
    .execute();
  const domain = `${services.newId()}.test`;
  const person = await addContacted({ senderId, campaignId, domain, row });
  return { senderId, campaignId, domain, ...person };
}

async function addContacted({ senderId, campaignId, domain, row = {}, name = 'ann' }: Place) {
  const identity = `${name}@${domain}`;
  const at = { sender_id: senderId, node_id: services.newId(), anchor_at: now };
  const been = { status: 'sent', contacted_at: ago(3 * hourMs), ...at };
  const [id] = await addPeople(db, database, campaignId, [{ identity, ...been, ...row }]);
  const messageId = services.newId();
  await db
    .insertInto('messages')
    .values({
      workspace_id: workspaceId,
      campaign_id: campaignId,
      id: messageId,
      prospect_id: id!,
      node_id: services.newId(),
      sender_id: senderId,
      state: 'sent',
      subject: 'Hello',
      reserved_at: ago(3 * hourMs),
      created_at: now,
      updated_at: now,
    })
    .execute();
  return { id: id!, identity, messageId };
}
type Place = { senderId: string; campaignId: string; domain: string; row?: object; name?: string };

type Mail = Partial<Received> & { references?: string[] };

/** A mail comes in for a sender, and is applied. Returns how it was understood. */
async function receive({ senderId }: { senderId: string }, { references = [], ...mail }: Mail) {
  const sourceKey = services.newId();
  const received: Received = {
    sourceKey,
    key: null,
    from: null,
    subject: null,
    text: 'Call me.',
    receivedAt: ago(hourMs),
    headers: {},
    ...mail,
    facts: { references, ...mail.facts },
  };
  const inbox = { workspaceId, senderId };
  await storeReceived(db, { ...inbox, received: [received], newId: services.newId });
  await applyReceived(services, inbox);
  return db
    .selectFrom('inbound_messages')
    .selectAll()
    .where('source_key', '=', sourceKey)
    .executeTakeFirstOrThrow();
}
const read = (id: string) =>
  db.selectFrom('prospects').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
async function eventsOf(prospectId: string) {
  const { rows } = await sql<{ kind: string }>`select kind from events
    where prospect_id = ${prospectId} order by seq`.execute(db);
  return rows.map(({ kind }) => kind);
}
const keyOf = (id: string) => `${id}@mail.test`;

test('a reply ends its person, and the campaign when nobody is left', async () => {
  const ann = await contacted();
  const seen = await receive(ann, { from: ann.identity, references: [keyOf(ann.messageId)] });
  expect(seen).toMatchObject({ kind: 'reply', prospect_id: ann.id, message_id: ann.messageId });
  expect(await read(ann.id)).toMatchObject({ status: 'replied', replied_at: now });
  const { rows } = await sql`select status from campaigns where id = ${ann.campaignId}`.execute(db);
  expect(rows).toEqual([{ status: 'completed' }]);
});

test.each([
  ['a minute within a day', dayMs - 60_000, 'possible_reply'],
  ['a day', dayMs, null],
  ['two days', 2 * dayMs, null],
])('a colleague’s mail that is %s old may hold the person', async (_old, ms, hold) => {
  const ann = await contacted();
  const from = `kim@${ann.domain}`;
  const seen = await receive(ann, { from, subject: 'S'.repeat(300), receivedAt: ago(ms) });
  expect(seen).toMatchObject({ kind: 'reply', prospect_id: null });
  const person = await read(ann.id);
  expect(person).toMatchObject({ status: 'sent', hold });
  expect(person.hold_until).toEqual(hold && new Date(now.getTime() + 60_000));
});

test('a message in a conversation, and one of a machine, hold nobody', async () => {
  const ann = await contacted();
  const from = `kim@${ann.domain}`;
  await receive(ann, { from, threadKey: 'another' });
  await receive(ann, { from, headers: { 'auto-submitted': 'auto-replied' } });
  expect(await read(ann.id)).toMatchObject({ hold: null });
  await receive(ann, { from, text: 'Please unsubscribe me.' });
  expect(await read(ann.id)).toMatchObject({ hold: 'possible_reply' });
});

test('a message that we sent is none of the person', async () => {
  const ann = await contacted({ type: 'linkedin' });
  await sql`update messages set provider_key = 'p1', thread_key = 't1'
    where id = ${ann.messageId}`.execute(db);
  const facts = (messageKey: string) => ({ references: [], messageKey });
  expect(await receive(ann, { threadKey: 't1', facts: facts('p1') })).toMatchObject({
    kind: 'other',
    prospect_id: null,
  });
  expect(await read(ann.id)).toMatchObject({ status: 'sent' });
  expect(await receive(ann, { threadKey: 't1', facts: facts('p2') })).toMatchObject({
    kind: 'reply',
    prospect_id: ann.id,
  });
});

test('answers are noted once where they stop nobody', async () => {
  const ann = await contacted({ stop_on_reply: false });
  for (let i = 0; i < 2; i += 1) {
    await receive(ann, { from: ann.identity });
    expect(await eventsOf(ann.id)).toEqual(['prospect.replied']);
  }
  expect(await read(ann.id)).toMatchObject({ status: 'sent', replied_at: now });
});

test.each([
  ['a reply', 'Call me.', 'replied'],
  ['a wish to be left alone', 'Please unsubscribe me.', 'unsubscribed'],
  ['an automatic answer', 'I am out of office.', 'sent'],
])('%s of a colleague who was written to ends both', async (_what, text, status) => {
  const ann = await contacted();
  const bob = await addContacted({ ...ann, name: 'bob' });
  const headers = status === 'sent' ? { 'auto-submitted': 'auto-replied' } : {};
  const mail = { from: bob.identity, references: [keyOf(ann.messageId)], text, headers };
  const seen = await receive(ann, mail);
  expect(seen).toMatchObject({ prospect_id: ann.id });
  for (const { id } of [ann, bob]) expect(await read(id)).toMatchObject({ status });
  const { rows } = await sql`select value from suppressions
    where value = any(${[ann.identity, bob.identity]})`.execute(db);
  expect(rows).toHaveLength(status === 'unsubscribed' ? 2 : 0);
});

const bounce = (recipient: string) => ({
  references: [],
  delivery: { recipient, action: 'failed', status: '5.1.1', diagnostic: null, originalKey: null },
});

test.each([
  [5 * dayMs, 'bounced'],
  [5 * dayMs + 1, 'sent'],
])('a report without a name counts up to five days after the mail (%i ms)', async (ms, status) => {
  const ann = await contacted();
  await sql`update messages set reserved_at = ${ago(ms)} where id = ${ann.messageId}`.execute(db);
  const from = 'mailer-daemon@server.test';
  await receive(ann, { from, receivedAt: now, facts: bounce(ann.identity) });
  expect(await read(ann.id)).toMatchObject({ status });
});

test('a reply is matched by its address however late it comes', async () => {
  const ann = await contacted();
  await sql`update messages set reserved_at = ${ago(60 * dayMs)}
    where id = ${ann.messageId}`.execute(db);
  await receive(ann, { from: ann.identity });
  expect(await read(ann.id)).toMatchObject({ status: 'replied' });
});

test('an absence with a believable end holds the person until then', async () => {
  const ann = await contacted();
  const headers = { 'auto-submitted': 'auto-replied' };
  const away = (until: string) => ({ from: ann.identity, headers, text: `I am back on ${until}.` });
  await receive(ann, away('1 March 2026'));
  await receive(ann, away('20 June 2026'));
  // It was heard late: the absence is over by now.
  await receive(ann, { ...away('25 February 2026'), receivedAt: ago(20 * dayMs) });
  expect(await read(ann.id)).toMatchObject({ hold: null });
  await receive(ann, away('10 March 2026'));
  expect(await read(ann.id)).toMatchObject({ hold: 'out_of_office' });
});

test('the lasting name of a person who wants no more is suppressed as well', async () => {
  const row = { identity: 'ann_1', person_key: '4242' };
  const ann = await contacted({ type: 'x', row });
  await receive(ann, { from: row.identity, text: 'Please stop writing to me.' });
  expect(await read(ann.id)).toMatchObject({ status: 'unsubscribed' });
  const { rows } = await sql`select kind, value from suppressions
    where campaign_id = ${ann.campaignId} order by value`.execute(db);
  expect(rows).toEqual(['4242', 'ann_1'].map((value) => ({ kind: 'x', value })));
});

test('bounces pause a campaign that had many', async () => {
  const ann = await contacted();
  for (let i = 0; i < 30; i += 1) await addContacted({ ...ann, name: `p${i}` });
  for (let i = 0; i < 10; i += 1) {
    const facts = bounce(`p${i}@${ann.domain}`);
    await receive(ann, { from: 'mailer-daemon@server.test', facts });
  }
  const { rows } = await sql<{ status: string }>`select status from campaigns
    where id = ${ann.campaignId}`.execute(db);
  expect(rows).toEqual([{ status: 'paused' }]);
});

test.each<[string, Mail]>([
  ['a wish to be left alone', { text: 'Please unsubscribe me.' }],
  ['a bounce', { text: '' }],
])('%s stays open when its effect fails, and nothing of it is kept', async (what, mail) => {
  const ann = await contacted();
  await sql`alter table suppressions add constraint refused check (value <> ${sql.lit(ann.identity)})`.execute(
    db,
  );
  const facts = what === 'a bounce' ? bounce(ann.identity) : { references: [] };
  await expect(receive(ann, { from: ann.identity, ...mail, facts })).rejects.toThrow('refused');
  expect(await read(ann.id)).toMatchObject({ status: 'sent' });
  await sql`alter table suppressions drop constraint refused`.execute(db);
  await applyReceived(services, { workspaceId, senderId: ann.senderId });
  expect(['unsubscribed', 'bounced']).toContain((await read(ann.id)).status);
});

/** Whether a message waits to be applied while another transaction holds a lock. */
async function waits(ann: { senderId: string }, mail: Mail, lock: (by: Db) => Promise<unknown>) {
  const [applied, isWaiting] = await db.transaction().execute(async (holder) => {
    await lock(holder);
    let isApplied = false;
    const applying = receive(ann, mail).finally(() => {
      isApplied = true;
    });
    const seen = async () => isApplied || (await waitingForLocks(db)) > 0;
    await expect.poll(seen, { interval: 5 }).toBe(true);
    return [applying, !isApplied];
  });
  await applied;
  return isWaiting;
}

test.each<[string, Mail, boolean]>([
  ['an acceptance', { event: 'connected' }, true],
  ['a message of a conversation', { threadKey: 'thread' }, true],
  ['a message with further names', { facts: { references: [], identities: ['x'] } }, true],
  ['a mail', { from: 'ann@people.test' }, false],
])('%s may be about a touch that is being recorded: %#', async (_what, mail, isSo) => {
  const ann = await contacted({ type: 'linkedin' });
  expect(await waits(ann, mail, (by) => lockSenderInbound(by, [ann.senderId]))).toBe(isSo);
});

test('an acceptance waits for a change of its campaigns', async () => {
  const ann = await contacted({ type: 'linkedin' });
  const lock = (by: Db) =>
    sql`select from campaigns where id = ${ann.campaignId} for update`.execute(by);
  expect(await waits(ann, { event: 'connected', from: 'x' }, lock)).toBe(true);
});
