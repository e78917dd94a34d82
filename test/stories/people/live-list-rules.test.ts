import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { explainRules } from '../../../src/operations/rules/explain.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { createLiveCampaigns } from './live-campaigns.ts';

const test = await testDatabase({ channels: [idleChannel('email')] });
const { db, workspaceId } = test;
const live = createLiveCampaigns(test);
const { call, fail, addLeads, makeList, put, take, makeCampaign, settle, roster } = live;
const { launch, prospectId } = live;

describe('exclusion', () => {
  it('wins over every synced list and ends when it is taken back', async () => {
    const [nia, oli] = await addLeads(['nia', 'oli']);
    const [feed, out] = [await makeList([nia!, oli!]), await makeList()];
    const id = await launch({ synced_list_ids: [feed], excluded_list_ids: [out] });
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

  it('covers people who were contacted by other campaigns, or who replied to them', async () => {
    const leads = await addLeads(['pia', 'quy', 'roy']);
    const list = await makeList(leads);
    const other = await launch({ synced_list_ids: [list] });
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

it('the explanation of a lead says whether it is in scope and why not', async () => {
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
    prospect_id: await prospectId(id, 'wes'),
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

it('rules are refused with unknown lists, lists on both sides and stray mappings', async () => {
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
