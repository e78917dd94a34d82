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

const makeCampaign = (status: string) => addCampaign(database, status);
const tryComplete = (campaignId: string) => completeIfDone(db, { workspaceId, campaignId, now });
const finish = async (campaignId: string) => {
  await db
    .updateTable('prospects')
    .set({ status: 'completed' })
    .where('campaign_id', '=', campaignId)
    .execute();
  await recount(db, { workspaceId, campaignId });
};

it('an active campaign completes once, with one event, when every prospect has ended', async () => {
  const id = await makeCampaign('active');
  await addPeople(db, database, id, [{}, { status: 'completed' }]);
  expect(await tryComplete(id)).toBe(false);
  await finish(id);
  expect(await Promise.all([tryComplete(id), tryComplete(id)])).toEqual(
    expect.arrayContaining([true, false]),
  );
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

it('wrong counters complete no campaign while a prospect is open', async () => {
  const id = await makeCampaign('active');
  await addPeople(db, database, id, [{}]);
  await addCounters(db, workspaceId, [{ campaignId: id, name: 'pending', n: -1 }]);
  expect(await tryComplete(id)).toBe(false);
});

it.each(['draft', 'paused'])('a %s campaign does not complete', async (status) => {
  const id = await makeCampaign(status);
  expect(await tryComplete(id)).toBe(false);
});

it('a campaign waits for prospects that are being added and stays open', async () => {
  const id = await makeCampaign('active');
  let completion: Promise<boolean> | undefined;
  await db.transaction().execute(async (adding) => {
    await lockCampaign(adding, { workspaceId, campaignId: id });
    completion = tryComplete(id);
    await expect.poll(() => waitingForLocks(db)).toBe(1);
    await addPeople(adding, database, id, [{}]);
  });
  expect(await completion).toBe(false);
});

it('a recount leaves exact counters and corrects wrong ones by place', async () => {
  const id = await makeCampaign('active');
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

it('a recount compares the contacted of all senders as one number', async () => {
  const id = await makeCampaign('active');
  await addPeople(db, database, id, [{ contacted_at: now }]);
  await addCounters(db, workspaceId, [
    { campaignId: id, name: 'contacted', senderId: newId(), n: 1 },
  ]);
  expect(await recount(db, { workspaceId, campaignId: id })).toBe(0);
});
