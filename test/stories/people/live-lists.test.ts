import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { deleteLead } from '../../../src/operations/leads/delete.ts';
import { updateLead } from '../../../src/operations/leads/update.ts';
import { deleteList } from '../../../src/operations/lists/delete.ts';
import { importLeads } from '../../../src/operations/lists/import.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { removeProspects } from '../../../src/operations/roster/remove.ts';
import { explainRules } from '../../../src/operations/rules/explain.ts';
import { getRules } from '../../../src/operations/rules/get.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { createLists } from '../../factories/rosters.ts';
import { addSender, idleChannel } from '../../factories/rows.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase({ channels: [idleChannel('email')] });
const { db, workspaceId, services } = test;
const { call, fail, addLeads, makeList, put, take, makeCampaign, settle, roster } =
  createLists(test);

const shown = async (id: string) => (await call(getCampaign, { id })).campaign;

async function launched(rules: Record<string, unknown>): Promise<string> {
  const sender = await addSender(db, test);
  const id = await makeCampaign({ sender_account_ids: [sender] });
  await call(updateCampaign, {
    id,
    sequence_nodes: [{ type: 'email', subject: 'Hi', body: 'Hello %first_name%' }, { type: 'end' }],
  });
  await call(updateRules, { id, ...rules });
  await call(launchCampaign, { id });
  return id;
}

/** What a person's row looks like once a touch went out. */
const contact = (campaignId: string, name: string) =>
  sql`update prospects set contacted_at = ${services.clock.now()} where campaign_id = ${campaignId} and first_name = ${name}`.execute(
    db,
  );

const personOf = async (campaignId: string, name: string): Promise<string> => {
  const { rows } = await sql<{
    id: string;
  }>`select id from prospects where campaign_id = ${campaignId} and first_name = ${name}`.execute(
    db,
  );
  return rows[0]!.id;
};

describe('a synced list', () => {
  it('brings its people in, and those who enter it later by any way', async () => {
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
    expect(await shown(id)).toMatchObject({
      syncing: true,
      targets_count: 1,
      scope_assessed_count: 0,
    });
    await settle();
    expect(await shown(id)).toMatchObject({
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
    expect(await shown(id)).toMatchObject({
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
    expect((await shown(id)).stats).toMatchObject({ total: 4, pending: 4 });
  });

  it('feeds a running campaign, which stays active without anybody', async () => {
    const list = await makeList();
    const id = await launched({ synced_list_ids: [list] });
    expect(await shown(id)).toMatchObject({
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

  it('takes off who leaves before being written to, and brings the same person back', async () => {
    const [fay, gus] = await addLeads(['fay', 'gus']);
    const [one, two] = [await makeList([fay!, gus!]), await makeList([fay!])];
    const id = await launched({ synced_list_ids: [one, two] });
    await settle();
    const before = await personOf(id, 'gus');
    await take(one, [fay!, gus!]);
    await settle();
    expect(await roster(id)).toEqual({ fay: 'pending', gus: 'off' });
    expect(await shown(id)).toMatchObject({
      targets_count: 1,
      scope_assessed_count: 1,
      stats: { total: 2, pending: 1, cancelled: 1 },
    });
    await put(two, [gus!]);
    await settle();
    expect(await roster(id)).toEqual({ fay: 'pending', gus: 'pending' });
    expect(await personOf(id, 'gus')).toBe(before);
    expect(await shown(id)).toMatchObject({
      targets_count: 2,
      stats: { total: 2, pending: 2, cancelled: 0 },
    });
  });

  it('leaves people alone who were written to; they finish, or stop when the rules say so, and never begin again', async () => {
    const [hal] = await addLeads(['hal']);
    const list = await makeList([hal!]);
    const id = await launched({ synced_list_ids: [list] });
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

  it('takes a deleted lead off', async () => {
    const [ida] = await addLeads(['ida']);
    const id = await launched({ synced_list_ids: [await makeList([ida!])] });
    await settle();
    await call(deleteLead, { id: ida! });
    await settle();
    expect(await roster(id)).toEqual({ ida: 'off' });
  });

  it('knows a person again who was deleted as a lead and made anew', async () => {
    const [joe] = await addLeads(['joe']);
    const list = await makeList([joe!]);
    const id = await launched({ synced_list_ids: [list] });
    await settle();
    const before = await personOf(id, 'joe');
    await call(deleteLead, { id: joe! });
    await settle();
    await put(list, await addLeads(['joe']));
    await settle();
    expect([await roster(id), await personOf(id, 'joe')]).toEqual([{ joe: 'pending' }, before]);
    expect(await shown(id)).toMatchObject({
      targets_count: 1,
      scope_assessed_count: 1,
      stats: { total: 1, pending: 1 },
    });
  });

  it('brings in who gets an address later', async () => {
    const [jan] = await addLeads(['jan'], 'x_handle');
    const id = await makeCampaign();
    await call(updateRules, { id, synced_list_ids: [await makeList([jan!])] });
    await settle();
    expect(await roster(id)).toEqual({});
    await call(updateLead, { id: jan!, email: 'jan@example.com' });
    await settle();
    expect(await roster(id)).toEqual({ jan: 'pending' });
  });

  it('leaves people who were cancelled or removed by hand as they are', async () => {
    const leads = await addLeads(['kim', 'lea']);
    const list = await makeList(leads);
    const id = await launched({ synced_list_ids: [list] });
    await settle();
    await call(cancelProspect, { id, prospectId: await personOf(id, 'kim') });
    await call(removeProspects, { id, prospect_ids: [await personOf(id, 'lea')] });
    await call(updateRules, { id, exclude_contacted: true });
    await settle();
    expect(await roster(id)).toEqual({ kim: 'cancelled' });
    await take(list, leads);
    await settle();
    await put(list, leads);
    await settle();
    expect(await roster(id)).toEqual({ kim: 'cancelled', lea: 'pending' });
  });

  it('does not take over who was added by hand', async () => {
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

describe('exclusion', () => {
  it('wins over every list, added later too, and ends when it is taken back', async () => {
    const [nia, oli] = await addLeads(['nia', 'oli']);
    const [feed, out] = [await makeList([nia!, oli!]), await makeList()];
    const id = await launched({ synced_list_ids: [feed], excluded_list_ids: [out] });
    await settle();
    await put(out, [nia!]);
    await settle();
    expect(await roster(id)).toEqual({ nia: 'off', oli: 'pending' });
    await take(out, [nia!]);
    await settle();
    expect(await roster(id)).toEqual({ nia: 'pending', oli: 'pending' });
    await put(out, [oli!]);
    await call(updateRules, { id, excluded_list_ids: [] });
    await settle();
    expect(await roster(id)).toEqual({ nia: 'pending', oli: 'pending' });
    await call(updateRules, { id, excluded_list_ids: [out] });
    await settle();
    expect(await roster(id)).toEqual({ nia: 'pending', oli: 'off' });
  });

  it('leaves out whom other campaigns of the channel have written to, or heard from', async () => {
    const leads = await addLeads(['pia', 'quy', 'roy']);
    const list = await makeList(leads);
    const other = await launched({ synced_list_ids: [list] });
    await settle();
    await sql`update prospects set contacted_at = created_at where campaign_id = ${other} and first_name in ('pia', 'quy')`.execute(
      db,
    );
    await sql`update prospects set replied_at = created_at where campaign_id = ${other} and first_name = 'quy'`.execute(
      db,
    );
    const id = await makeCampaign();
    await call(updateRules, { id, synced_list_ids: [list], exclude_mutuals: true });
    await settle();
    expect(await roster(id)).toEqual({ pia: 'pending', roy: 'pending' });
    await call(updateRules, { id, exclude_contacted: true });
    await settle();
    expect(await roster(id)).toEqual({ pia: 'off', roy: 'pending' });
    await call(updateRules, { id, exclude_contacted: false, exclude_mutuals: false });
    await settle();
    expect(await roster(id)).toEqual({ pia: 'pending', quy: 'pending', roy: 'pending' });
  });
});

describe('a list that is taken off', () => {
  it.each(['remove', 'unlink'] as const)('lets its people %s', async (detach_behavior) => {
    const leads = await addLeads([`sue-${detach_behavior}`, `tom-${detach_behavior}`]);
    const [one, two] = [await makeList(leads), await makeList([leads[1]!])];
    const id = await launched({ synced_list_ids: [one, two], detach_behavior });
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

  it('is let go of by every campaign when it is deleted, and the last one lets the campaign complete', async () => {
    const list = await makeList(await addLeads(['una']));
    const id = await launched({ synced_list_ids: [list] });
    await settle();
    await call(deleteList, { id: list });
    await settle();
    expect(await roster(id)).toEqual({ una: 'off' });
    expect(await shown(id)).toMatchObject({ status: 'completed', targets_count: 0 });
    expect((await call(getRules, { id })).rules).toMatchObject({ synced_list_ids: [] });
  });
});

it('a completed campaign goes on when a list brings somebody', async () => {
  const list = await makeList();
  const id = await launched({});
  expect(await shown(id)).toMatchObject({ status: 'completed' });
  await call(updateRules, { id, synced_list_ids: [list] });
  await settle();
  expect(await shown(id)).toMatchObject({ status: 'completed' });
  await put(list, await addLeads(['vic']));
  await settle();
  expect(await shown(id)).toMatchObject({
    status: 'active',
    completed_at: null,
    stats: { pending: 1 },
  });
});

it('says of one lead whether it is in scope, why not, and what became of it', async () => {
  const [wes, xia] = await addLeads(['wes', 'xia']);
  const [feed, out] = [await makeList([wes!, xia!]), await makeList([xia!])];
  const id = await makeCampaign();
  await call(updateRules, { id, synced_list_ids: [feed], excluded_list_ids: [out] });
  await settle();
  const explain = (leadId: string) => call(explainRules, { id, leadId });
  expect(await explain(wes!)).toEqual({
    in_scope: true,
    reason: null,
    words: null,
    synced_list_ids: [feed],
    state: 'in',
    prospect_id: await personOf(id, 'wes'),
  });
  expect(await explain(xia!)).toMatchObject({
    in_scope: false,
    reason: 'excluded',
    words: 'is in an excluded list',
    state: null,
  });
  await take(feed, [wes!]);
  await settle();
  expect(await explain(wes!)).toMatchObject({
    in_scope: false,
    reason: 'unlisted',
    synced_list_ids: [],
    state: 'removed',
  });
  expect(await fail(explainRules, { id, leadId: workspaceId })).toMatchObject({
    status: 404,
    code: 'lead.not_found',
  });
});

it('what is not one of the own lists, on both sides, or mapped without being synced is refused', async () => {
  const [list, id] = [await makeList(), await makeCampaign()];
  const refused = (change: Record<string, unknown>) => fail(updateRules, { id, ...change });
  expect(await refused({ synced_list_ids: [workspaceId] })).toMatchObject({
    status: 400,
    errors: [{ pointer: '/synced_list_ids/0', code: 'list.not_found' }],
  });
  expect(await refused({ synced_list_ids: [list], excluded_list_ids: [list] })).toMatchObject({
    errors: [{ code: 'both_sides' }],
  });
  expect(await refused({ column_mappings: { [list]: { a: 'b' } } })).toMatchObject({
    errors: [{ code: 'not_synced' }],
  });
});
