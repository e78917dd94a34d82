import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { addCampaign, addPeople, waitingForLocks } from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { newId } from '../../ids.ts';
import { deleteProspects } from '../sending/roster-changes.ts';
import { upsertDrafts } from './drafts.ts';

const database = await testDatabase();
const { db, clock, workspaceId } = database;
const now = clock.now();

async function campaign(people: number) {
  const id = await addCampaign(database, 'draft');
  const prospects = await addPeople(
    db,
    database,
    id,
    Array.from({ length: people }, () => ({})),
  );
  return { id, prospects };
}

const write = (campaignId: string, prospectIds: readonly string[]) =>
  upsertDrafts(
    db,
    { workspaceId, campaignId, at: now },
    prospectIds.map((prospectId) => ({
      id: newId(),
      prospectId,
      nodeId: newId(),
      subject: 'Hello',
      text: 'Hello',
      html: null,
    })),
  );

const messagesOf = async (campaignId: string) => {
  const rows = await db
    .selectFrom('messages')
    .select('prospect_id')
    .where('campaign_id', '=', campaignId)
    .execute();
  return rows.map((row) => row.prospect_id);
};

it('deleting a prospect deletes its messages and no others', async () => {
  const { id, prospects } = await campaign(3);
  const other = await campaign(1);
  expect(await write(id, prospects)).toBe(3);
  await write(other.id, other.prospects);
  await deleteProspects(db, { workspaceId, campaignId: id, ids: [prospects[1]!] });
  expect((await messagesOf(id)).sort()).toEqual([prospects[0], prospects[2]].sort());
  await sql`delete from campaigns where id = ${id}`.execute(db);
  expect(await messagesOf(id)).toEqual([]);
  expect(await messagesOf(other.id)).toEqual(other.prospects);
});

it('a draft of a prospect that is being deleted waits for that, and is not written', async () => {
  const { id, prospects } = await campaign(2);
  let written: Promise<number> | undefined;
  await db.transaction().execute(async (removing) => {
    await deleteProspects(removing, { workspaceId, campaignId: id, ids: [prospects[0]!] });
    written = write(id, prospects);
    await expect.poll(() => waitingForLocks(db)).toBe(1);
  });
  expect(await written).toBe(1);
  expect(await messagesOf(id)).toEqual([prospects[1]]);
});
