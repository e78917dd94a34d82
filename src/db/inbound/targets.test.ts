import { expect, test } from 'vitest';
import { addCampaign, addPeople, addSender } from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import {
  isOwnMessage,
  targetByIdentity,
  targetByMessage,
  targetByNames,
  targetByThread,
  targetOf,
} from './targets.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const now = clock.now();
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const [senderId, otherSender] = [await addSender(db, database), await addSender(db, database)];
const own = { workspaceId, senderId };

/** A campaign of the sender; `senders` may be others. */
async function addOwnCampaign({ senders = [senderId], ...columns } = {} as Given) {
  const id = await addCampaign(database, 'active');
  const place = { workspace_id: workspaceId, campaign_id: id };
  await db
    .updateTable('campaigns')
    .set({ status: 'active', ...columns })
    .where('id', '=', id)
    .execute();
  for (const [position, sender_id] of senders.entries())
    await db
      .insertInto('campaign_senders')
      .values({ ...place, sender_id, position })
      .execute();
  return id;
}
type Given = { senders?: string[]; dry_run?: boolean; stop_on_reply?: boolean };

// The first and the last campaign of the workspace differ from the one of the people.
await addOwnCampaign({ stop_on_reply: false });
const campaignId = await addOwnCampaign({ stop_on_reply: true });
await addOwnCampaign({ stop_on_reply: false });
type Person = { id: string; campaignId: string; identity: string };

async function addPerson(row: object = {}, campaign = campaignId): Promise<Person> {
  const identity = `${services.newId()}@people.test`;
  const [id] = await addPeople(db, database, campaign, [{ identity, status: 'sent', ...row }]);
  return { id: id!, campaignId: campaign, identity, ...row };
}

/** A touch of a person that this sender sent, a minute ago unless given. Returns its id. */
async function addTouch(person: Person, row: object = {}): Promise<string> {
  const id = services.newId();
  const place = { workspace_id: workspaceId, campaign_id: person.campaignId };
  await db
    .insertInto('messages')
    .values({
      ...place,
      id,
      prospect_id: person.id,
      node_id: services.newId(),
      sender_id: senderId,
      state: 'sent',
      reserved_at: minutesAgo(1),
      created_at: now,
      updated_at: now,
      ...row,
    })
    .execute();
  return id;
}

test('a mail belongs to the first message it names that exists, whoever sent it', async () => {
  const [ann, bob] = [await addPerson({ person_key: 'key' }), await addPerson()];
  const node_id = services.newId();
  const first = await addTouch(ann, { sender_id: otherSender, node_id });
  const second = await addTouch(bob);
  for (const [revision, cc] of [
    [1, 'old@copy.test'],
    [2, 'new@copy.test'],
  ] as const)
    await db
      .insertInto('sequences')
      .values({
        workspace_id: workspaceId,
        campaign_id: campaignId,
        revision,
        nodes: JSON.stringify([
          { id: node_id, cc, bcc: null },
          { id: services.newId(), cc: 'x@y.test' },
        ]),
        created_at: now,
      })
      .execute();
  const found = await targetByMessage(db, own, [services.newId(), first, second]);
  expect(found).toMatchObject({
    prospectId: ann.id,
    campaignId,
    messageId: first,
    identity: ann.identity,
    channel: 'email',
    status: 'sent',
    stopOnReply: true,
    personKey: 'key',
    writer: `${otherSender}@example.com`,
  });
  expect(found!.copies!.split(',').toSorted()).toEqual(['new@copy.test', 'old@copy.test']);
  expect(await targetByMessage(db, own, [second, first])).toMatchObject({ prospectId: bob.id });
});

test('no mail belongs to a draft, nor to a message that does not exist', async () => {
  const draft = await addTouch(await addPerson(), { state: 'draft' });
  expect(await targetByMessage(db, own, [draft, services.newId()])).toBeNull();
  expect(await targetByMessage(db, own, [])).toBeNull();
});

test('the subject is the one of the last message that went out, or may have', async () => {
  const ann = await addPerson();
  const at = (minutes: number, state: string) => ({
    subject: `${state} ${minutes}`,
    state,
    reserved_at: minutesAgo(minutes),
  });
  const first = await addTouch(ann, at(9, 'sent'));
  const subject = async () => (await targetByMessage(db, own, [first]))!.subject;
  await addTouch(ann, at(5, 'sent'));
  expect(await subject()).toBe('sent 5');
  await addTouch(ann, at(4, 'unknown'));
  for (const state of ['failed', 'reserved', 'draft', 'skipped']) await addTouch(ann, at(1, state));
  await addTouch(await addPerson(), at(1, 'sent'));
  expect(await subject()).toBe('unknown 4');
});

const byName = {
  identity: ({ identity }: Person) => targetByIdentity(db, own, identity),
  names: ({ identity }: Person) => targetByNames(db, own, ['nobody', identity]),
};

test.each(Object.entries(byName))(
  'a person is found by %s where last contacted',
  async (_, find) => {
    const { identity } = await addPerson();
    const there = async (minutes: number, campaign: string) => {
      const person = await addPerson({ identity }, campaign);
      await addTouch(person, { reserved_at: minutesAgo(minutes) });
      return person;
    };
    await there(9, await addOwnCampaign());
    const last = await there(2, await addOwnCampaign());
    await there(5, await addOwnCampaign());
    await there(1, await addOwnCampaign({ dry_run: true }));
    const found = await find(last);
    expect(found).toMatchObject({ prospectId: last.id, messageId: null });
  },
);

test('a person is not found by identity through a sender outside the campaign', async () => {
  const ann = await addPerson({}, await addOwnCampaign({ senders: [otherSender] }));
  await addTouch(ann);
  for (const find of Object.values(byName)) expect(await find(ann)).toBeNull();
});

test.each([
  [{}, true],
  [{ state: 'unknown' }, true],
  [{ state: 'skipped', error_code: 'already_invited' }, true],
  [{ state: 'skipped', error_code: 'other' }, false],
  [{ state: 'failed', error_code: 'already_invited' }, false],
  [{ state: 'reserved' }, false],
  [{ state: 'draft' }, false],
  [{ sender_id: otherSender }, false],
])('the touch %j is a contact of the sender: %s', async (touch, isContact) => {
  const ann = await addPerson();
  await addTouch(ann, touch);
  for (const find of Object.values(byName)) expect((await find(ann)) !== null).toBe(isContact);
});

test.each([
  [{ sender_id: senderId, contacted_at: minutesAgo(3) }, minutesAgo(3)],
  [{ sender_id: otherSender, contacted_at: minutesAgo(3) }, undefined],
  [{ sender_id: senderId, contacted_at: null }, undefined],
])('without a touch the contact of the own sender counts (%#)', async (row, at) => {
  const ann = await addPerson(row);
  expect((await byName.identity(ann))?.wroteAt).toEqual(at);
  expect((await byName.names(ann))?.prospectId).toBe(at && ann.id);
});

test('a person is found by the provider’s id in any campaign, by no other name', async () => {
  const key = services.newId();
  const ann = await addPerson(
    { person_key: key },
    await addOwnCampaign({ senders: [otherSender] }),
  );
  await addTouch(ann);
  expect(await targetByNames(db, own, [key])).toMatchObject({ prospectId: ann.id });
  expect(await targetByNames(db, own, [services.newId()])).toBeNull();
  expect(await targetByNames(db, own, [])).toBeNull();
  expect(await targetByNames(db, { workspaceId, senderId: otherSender }, [key])).toBeNull();
});

test('a conversation belongs to the person that its sender wrote to last in it', async () => {
  const [ann, bob, cid] = [await addPerson(), await addPerson(), await addPerson()];
  const thread_key = services.newId();
  await addTouch(ann, { thread_key, reserved_at: minutesAgo(9) });
  const last = await addTouch(bob, { thread_key, reserved_at: minutesAgo(5) });
  await addTouch(cid, { thread_key, sender_id: otherSender });
  await addTouch(cid, { thread_key: 'another' });
  const found = { prospectId: bob.id, campaignId, stopOnReply: true };
  expect(await targetByThread(db, own, thread_key)).toMatchObject({ ...found, messageId: last });
  expect(await targetByIdentity(db, own, bob.identity)).toMatchObject(found);
  expect(await targetByNames(db, own, [bob.identity])).toMatchObject(found);
  const place = { workspaceId, campaignId, prospectId: bob.id };
  expect(await targetOf(db, place)).toMatchObject(found);
  expect(await targetOf(db, { ...place, campaignId: services.newId() })).toBeNull();
  expect(await targetByThread(db, own, services.newId())).toBeNull();
});

test('a message is the sender’s own by its name at the provider', async () => {
  const provider_key = services.newId();
  await addTouch(await addPerson(), { provider_key });
  expect(await isOwnMessage(db, own, provider_key)).toBe(true);
  expect(await isOwnMessage(db, own, services.newId())).toBe(false);
  expect(await isOwnMessage(db, { workspaceId, senderId: otherSender }, provider_key)).toBe(false);
});
