import { expect, it } from 'vitest';
import { addCampaign, addPeople, waitingForLocks } from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { newId } from '../../ids.ts';
import { addCounters } from '../counters.ts';
import { completeIfDone, lockCampaign } from './campaigns.ts';
import { countByName, countByPlace, recount } from './stats.ts';

const database = await testDatabase();
const { db, clock, workspaceId } = database;
const now = clock.now();

const campaign = (status: string) => addCampaign(database, status);
const done = (campaignId: string) => completeIfDone(db, { workspaceId, campaignId, now });
const finish = async (campaignId: string) => {
  await db
    .updateTable('prospects')
    .set({ status: 'completed' })
    .where('campaign_id', '=', campaignId)
    .execute();
  await recount(db, { workspaceId, campaignId });
};

it('an active campaign is completed once everybody has ended, once, and says so', async () => {
  const id = await campaign('active');
  await addPeople(db, database, id, [{}, { status: 'completed' }]);
  expect(await done(id)).toBe(false);
  await finish(id);
  expect(await Promise.all([done(id), done(id)])).toEqual(expect.arrayContaining([true, false]));
  expect(await lockCampaign(db, { workspaceId, campaignId: id })).toMatchObject({
    status: 'completed',
    completed_at: now,
  });
  const events = await db
    .selectFrom('events')
    .select(['kind', 'actor'])
    .where('campaign_id', '=', id)
    .execute();
  expect(events).toEqual([{ kind: 'campaign.completed', actor: 'engine' }]);
});

it('counters that are wrong complete nothing while a row is open', async () => {
  const id = await campaign('active');
  await addPeople(db, database, id, [{}]);
  await addCounters(db, workspaceId, [{ campaignId: id, name: 'pending', n: -1 }]);
  expect(await done(id)).toBe(false);
});

it.each(['draft', 'paused'])('a campaign that is %s stays so', async (status) => {
  const id = await campaign(status);
  expect(await done(id)).toBe(false);
});

it('a person who is being added keeps the campaign open', async () => {
  const id = await campaign('active');
  let asked: Promise<boolean> | undefined;
  await db.transaction().execute(async (adding) => {
    await lockCampaign(adding, { workspaceId, campaignId: id });
    asked = done(id);
    await expect.poll(() => waitingForLocks(db)).toBe(1);
    await addPeople(adding, database, id, [{}]);
  });
  expect(await asked).toBe(false);
});

it('a recount finds no difference in exact counters, and mends wrong ones by place', async () => {
  const id = await campaign('active');
  const [node, sender] = [newId(), newId()];
  await addPeople(db, database, id, [{}, {}, {}]);
  expect(await recount(db, { workspaceId, campaignId: id })).toBe(0);
  const [person] = await db
    .selectFrom('prospects')
    .select('id')
    .where('campaign_id', '=', id)
    .execute();
  await db
    .updateTable('prospects')
    .set({ status: 'sent', node_id: node, sender_id: sender, contacted_at: now })
    .where('id', '=', person!.id)
    .execute();
  expect(await recount(db, { workspaceId, campaignId: id })).toBe(3);
  expect(await recount(db, { workspaceId, campaignId: id })).toBe(0);
  expect(await countByPlace(db, { workspaceId, campaignId: id })).toEqual(
    expect.arrayContaining([
      { name: 'pending', node_id: null, sender_id: null, n: 2 },
      { name: 'sent', node_id: node, sender_id: sender, n: 1 },
      { name: 'contacted', node_id: null, sender_id: null, n: 1 },
    ]),
  );
  expect(await countByName(db, { workspaceId: newId(), campaignIds: [id] })).toEqual([]);
});

it('contacted is compared as one number, since the sender that counted it may have changed', async () => {
  const id = await campaign('active');
  await addPeople(db, database, id, [{ contacted_at: now }]);
  await addCounters(db, workspaceId, [
    { campaignId: id, name: 'contacted', senderId: newId(), n: 1 },
  ]);
  expect(await recount(db, { workspaceId, campaignId: id })).toBe(0);
});
