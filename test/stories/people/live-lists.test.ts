import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { deleteLead } from '../../../src/operations/leads/delete.ts';
import { updateLead } from '../../../src/operations/leads/update.ts';
import { deleteList } from '../../../src/operations/lists/delete.ts';
import { importLeads } from '../../../src/operations/lists/import.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { removeProspects } from '../../../src/operations/roster/remove.ts';
import { getRules } from '../../../src/operations/rules/get.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { createLiveCampaigns } from './live-campaigns.ts';

const test = await testDatabase({ channels: [idleChannel('email')] });
const { db, workspaceId, services } = test;
const live = createLiveCampaigns(test);
const { call, addLeads, makeList, put, take, makeCampaign, settle, roster } = live;
const { launch, prospectId, readCampaign } = live;

/** Marks a prospect as contacted, as a sent touch does. */
const contact = (campaignId: string, name: string) =>
  sql`update prospects set contacted_at = ${services.clock.now()} where campaign_id = ${campaignId} and first_name = ${name}`.execute(
    db,
  );

describe('a synced list', () => {
  it('adds its leads and those that enter it later in any way', async () => {
    const [ann, bob] = await addLeads(['ann', 'bob']);
    const list = await makeList([ann!]);
    const id = await makeCampaign();
    const { rules } = await call(updateRules, { id, synced_list_ids: [list] });
    expect(rules).toMatchObject({
      synced_list_ids: [list],
      excluded_list_ids: [],
      detach_behavior: 'remove',
      list_names: { [list]: expect.any(String) },
    });
    expect(await readCampaign(id)).toMatchObject({
      syncing: true,
      targets_count: 1,
      scope_assessed_count: 0,
    });
    await settle();
    expect(await readCampaign(id)).toMatchObject({
      syncing: false,
      targets_count: 1,
      scope_assessed_count: 1,
    });
    await put(list, [bob!]);
    await call(importLeads, {
      listId: list,
      leads: [{ email: 'cid@example.com', name: { first: 'cid' } }],
    });
    await sql`insert into list_leads (workspace_id, list_id, lead_id, added_at)
      select ${workspaceId}, ${list}, unnest(${await addLeads(['dan'])}::uuid[]), ${services.clock.now()}`.execute(
      db,
    );
    expect(await readCampaign(id)).toMatchObject({
      syncing: true,
      targets_count: 4,
      scope_assessed_count: 1,
    });
    await settle();
    expect(await roster(id)).toEqual({
      ann: 'pending',
      bob: 'pending',
      cid: 'pending',
      dan: 'pending',
    });
    expect((await readCampaign(id)).stats).toMatchObject({ total: 4, pending: 4 });
  });

  it('keeps a running campaign active while nobody is in it', async () => {
    const list = await makeList();
    const id = await launch({ synced_list_ids: [list] });
    expect(await readCampaign(id)).toMatchObject({
      status: 'active',
      enabled: true,
      last_started_at: services.clock.now().toISOString(),
    });
    await put(list, await addLeads(['eve']));
    await settle();
    expect(await roster(id)).toEqual({ eve: 'pending' });
    await call(addProspects, {
      id,
      prospects: [{ email: 'hand@example.com', first_name: 'hand' }],
    });
    expect(await roster(id)).toEqual({ eve: 'pending', hand: 'pending' });
  });

  it('removes a lead that leaves before its first touch, and restores it later', async () => {
    const [fay, gus] = await addLeads(['fay', 'gus']);
    const [one, two] = [await makeList([fay!, gus!]), await makeList([fay!])];
    const id = await launch({ synced_list_ids: [one, two] });
    await settle();
    const before = await prospectId(id, 'gus');
    await take(one, [fay!, gus!]);
    await settle();
    expect(await roster(id)).toEqual({ fay: 'pending', gus: 'off' });
    expect(await readCampaign(id)).toMatchObject({
      targets_count: 1,
      scope_assessed_count: 1,
      stats: { total: 2, pending: 1, cancelled: 1 },
    });
    await put(two, [gus!]);
    await settle();
    expect(await roster(id)).toEqual({ fay: 'pending', gus: 'pending' });
    expect(await prospectId(id, 'gus')).toBe(before);
    expect(await readCampaign(id)).toMatchObject({
      targets_count: 2,
      stats: { total: 2, pending: 2, cancelled: 0 },
    });
  });

  it('keeps contacted people until the rules say stop, and never restarts them', async () => {
    const [hal] = await addLeads(['hal']);
    const list = await makeList([hal!]);
    const id = await launch({ synced_list_ids: [list] });
    await settle();
    await contact(id, 'hal');
    await take(list, [hal!]);
    await settle();
    expect(await roster(id)).toEqual({ hal: 'pending' });
    await put(list, [hal!]);
    await settle();
    await call(updateRules, { id, leave_behavior: 'stop' });
    await take(list, [hal!]);
    await settle();
    expect(await roster(id)).toEqual({ hal: 'off' });
    await put(list, [hal!]);
    await settle();
    expect(await roster(id)).toEqual({ hal: 'off' });
  });

  it('removes a deleted lead', async () => {
    const [ida] = await addLeads(['ida']);
    const id = await launch({ synced_list_ids: [await makeList([ida!])] });
    await settle();
    await call(deleteLead, { id: ida! });
    await settle();
    expect(await roster(id)).toEqual({ ida: 'off' });
  });

  it('restores the same prospect for a lead that was deleted and created again', async () => {
    const [joe] = await addLeads(['joe']);
    const list = await makeList([joe!]);
    const id = await launch({ synced_list_ids: [list] });
    await settle();
    const before = await prospectId(id, 'joe');
    await call(deleteLead, { id: joe! });
    await settle();
    await put(list, await addLeads(['joe']));
    await settle();
    expect([await roster(id), await prospectId(id, 'joe')]).toEqual([{ joe: 'pending' }, before]);
    expect(await readCampaign(id)).toMatchObject({
      targets_count: 1,
      scope_assessed_count: 1,
      stats: { total: 1, pending: 1 },
    });
  });

  it('adds a lead that gets its address later', async () => {
    const [jan] = await addLeads(['jan'], 'x_handle');
    const id = await makeCampaign();
    await call(updateRules, { id, synced_list_ids: [await makeList([jan!])] });
    await settle();
    expect(await roster(id)).toEqual({});
    await call(updateLead, { id: jan!, email: 'jan@example.com' });
    await settle();
    expect(await roster(id)).toEqual({ jan: 'pending' });
  });

  it('keeps manual cancellations, and manual removals until the lead enters again', async () => {
    const leads = await addLeads(['kim', 'lea']);
    const list = await makeList(leads);
    const id = await launch({ synced_list_ids: [list] });
    await settle();
    await call(cancelProspect, { id, prospectId: await prospectId(id, 'kim') });
    await call(removeProspects, { id, prospect_ids: [await prospectId(id, 'lea')] });
    await call(updateRules, { id, exclude_contacted: true });
    await settle();
    expect(await roster(id)).toEqual({ kim: 'cancelled' });
    await take(list, leads);
    await settle();
    await put(list, leads);
    await settle();
    expect(await roster(id)).toEqual({ kim: 'cancelled', lea: 'pending' });
  });

  it('does not remove a person who was added by hand', async () => {
    const [max] = await addLeads(['max']);
    const list = await makeList([max!]);
    const id = await makeCampaign();
    await call(addProspects, { id, prospects: [{ email: 'max@example.com', first_name: 'max' }] });
    await call(updateRules, { id, synced_list_ids: [list] });
    await settle();
    await take(list, [max!]);
    await settle();
    expect(await roster(id)).toEqual({ max: 'pending' });
  });
});

describe('a list that no longer feeds a campaign', () => {
  it.each(['remove', 'unlink'] as const)('detaches its people by %s', async (detach_behavior) => {
    const leads = await addLeads([`sue-${detach_behavior}`, `tom-${detach_behavior}`]);
    const [one, two] = [await makeList(leads), await makeList([leads[1]!])];
    const id = await launch({ synced_list_ids: [one, two], detach_behavior });
    await settle();
    await call(updateRules, { id, synced_list_ids: [two] });
    await settle();
    const sue = detach_behavior === 'unlink' ? 'pending' : 'off';
    expect(await roster(id)).toEqual({
      [`sue-${detach_behavior}`]: sue,
      [`tom-${detach_behavior}`]: 'pending',
    });
    await take(one, leads);
    await take(two, [leads[1]!]);
    await settle();
    expect(await roster(id)).toEqual({
      [`sue-${detach_behavior}`]: sue,
      [`tom-${detach_behavior}`]: 'off',
    });
  });

  it('leaves the rules when it is deleted, and the campaign without lists completes', async () => {
    const list = await makeList(await addLeads(['una']));
    const id = await launch({ synced_list_ids: [list] });
    await settle();
    await call(deleteList, { id: list });
    await settle();
    expect(await roster(id)).toEqual({ una: 'off' });
    expect(await readCampaign(id)).toMatchObject({ status: 'completed', targets_count: 0 });
    expect((await call(getRules, { id })).rules).toMatchObject({ synced_list_ids: [] });
  });
});

it('a completed campaign becomes active when a list adds a person', async () => {
  const list = await makeList();
  const id = await launch({});
  expect(await readCampaign(id)).toMatchObject({ status: 'completed' });
  await call(updateRules, { id, synced_list_ids: [list] });
  await settle();
  expect(await readCampaign(id)).toMatchObject({ status: 'completed' });
  await put(list, await addLeads(['vic']));
  await settle();
  expect(await readCampaign(id)).toMatchObject({
    status: 'active',
    completed_at: null,
    stats: { pending: 1 },
  });
});
