import { expect, test } from 'vitest';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createColumn } from '../../../src/operations/columns/create.ts';
import { listColumns } from '../../../src/operations/columns/list.ts';
import { duplicateCampaign } from '../../../src/operations/copies/duplicate.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { addMailbox } from '../../factories/rows.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const t = await testDatabase();
const { call, fail } = createCaller(t.services, t);

/** What the copy has of its own. */
const own = /^(id|name|given_name|.*_at|stats|targets_count|scope_assessed_count|.*_rate)$/;
const settingsOf = (campaign: object) =>
  Object.fromEntries(Object.entries(campaign).filter(([name]) => !own.test(name)));

test('a duplicate is a draft with the same settings, texts, senders and columns', async () => {
  const smtp = { host: '127.0.0.1', port: 1 };
  const sender = await addMailbox(t, { address: 'sam@sender.test', dailyLimit: 30, smtp });
  const made = await call(createCampaign, {
    type: 'email',
    name: 'Spring',
    daily_limit: 40,
    domain_daily_limit: 2,
    timezone: 'Europe/Berlin',
    holidays: { dates: ['2026-12-24'], countries: ['DE'] },
    hours: 'working_days',
    sender_account_ids: [sender],
  });
  const { id } = made.campaign;
  await call(updateCampaign, {
    id,
    account_limits: [{ account_id: sender, daily_limit: 7 }],
    guard_bounce_rate: 0.2,
    sequence_nodes: [
      { type: 'email', subject: 'Hello', body: 'Hi.' },
      { type: 'delay', delay_days: 2 },
      { type: 'email', is_reply: true, body: 'Again.' },
      { type: 'end' },
    ],
  });
  await call(createColumn, { id, name: 'Team' });
  await call(addProspects, { id, prospects: [{ email: 'eva@people.test' }] });
  const source = await call(getCampaign, { id });
  const copy = await call(duplicateCampaign, { id });
  expect(copy.campaign).toMatchObject({ name: 'Spring (2)', status: 'draft', stats: { total: 0 } });
  expect(settingsOf(copy.campaign)).toEqual(settingsOf(source.campaign));
  expect(copy.campaign.sender_accounts[0]?.campaign_daily_limit).toBe(7);
  const texts = (nodes: typeof copy.sequence_nodes) =>
    nodes.map(({ id: _id, campaign_id: _campaign, ...node }) => node);
  expect(texts(copy.sequence_nodes)).toEqual(texts(source.sequence_nodes));
  const ids = new Set(source.sequence_nodes.map((node) => node.id));
  expect(copy.sequence_nodes.filter((node) => ids.has(node.id))).toEqual([]);
  const { columns } = await call(listColumns, { id: copy.campaign.id });
  expect(columns.map(({ name }) => name)).toEqual(['Team']);
});

test('a duplicate takes a name of its own; a campaign that is not there is refused', async () => {
  const { campaign } = await call(createCampaign, { type: 'email', name: 'Autumn' });
  const copy = await call(duplicateCampaign, { id: campaign.id, name: 'Winter' });
  expect(copy.campaign).toMatchObject({ name: 'Winter', given_name: null });
  const again = await call(duplicateCampaign, { id: campaign.id, name: 'Winter' });
  expect(again.campaign).toMatchObject({ name: 'Winter (2)', given_name: 'Winter' });
  expect(await fail(duplicateCampaign, { id: t.services.newId() })).toMatchObject({ status: 404 });
});
