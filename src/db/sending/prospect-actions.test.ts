import { expect, it } from 'vitest';
import { addPeople } from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { newId } from '../../ids.ts';
import { insertCampaign } from '../campaigns/campaigns.ts';
import { claimName } from './prospect-actions.ts';

const database = await testDatabase();
const { db, clock, workspaceId, memberId } = database;
const now = clock.now();

const claim = (campaignId: string, prospectId: string) =>
  db
    .transaction()
    .execute((transaction) =>
      claimName(transaction, { workspaceId, campaignId, prospectId, personKey: '42' }),
    );

it('one of several prospects claims a key; another may once it ended uncontacted', async () => {
  const id = newId();
  const stamps = { created_at: now, updated_at: now };
  await insertCampaign(db, {
    workspace_id: workspaceId,
    id,
    member_id: memberId,
    type: 'x',
    name: id,
    status: 'active',
    ...stamps,
  });
  const ids = await addPeople(db, database, id, [{}, {}, {}, {}]);
  const answers = await Promise.all(ids.map((prospectId) => claim(id, prospectId)));
  const first = answers.indexOf(null);
  expect(answers.filter((answer) => answer === null)).toHaveLength(1);
  expect(await claim(id, ids[first]!)).toBeNull();
  await db
    .updateTable('prospects')
    .set({ ended_at: now, status: 'cancelled' })
    .where('id', '=', ids[first]!)
    .execute();
  expect(await claim(id, ids[(first + 1) % 4]!)).toBeNull();
  expect(await claim(id, ids[(first + 2) % 4]!)).not.toBeNull();
});
