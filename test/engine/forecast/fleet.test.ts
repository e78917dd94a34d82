import { expect, test } from 'vitest';
import { getCampaign } from '../../../src/db/campaigns/campaigns.ts';
import { readCampaignReason } from '../../../src/engine/forecast/explain-campaign.ts';
import { listCampaigns } from '../../../src/operations/campaigns/list.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { listSenders } from '../../../src/operations/senders/list.ts';
import { sumUpSenders } from '../../../src/operations/senders/summary.ts';
import { updateManySenders } from '../../../src/operations/senders/update-many.ts';
import { launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { call, fail, engine, sink } = t;

const addresses = ['a@one.test', 'b@one.test', 'c@two.test', 'd@two.test', 'e@two.test'];
const ids: string[] = [];
for (const address of addresses)
  ids.push(await addMailbox(t, { address, smtp: sink, dailyLimit: 2, minGapSeconds: 60 }));
const nodes = [
  { type: 'email', subject: 'Hello', body: 'Hi.' },
  { type: 'delay', delay_days: 2 },
  { type: 'email', is_reply: true, body: 'Again.' },
];
const people = Array.from({ length: 12 }, (_, i) => ({ email: `p${i}@people.test` }));
const launch = (name: string, senders: string[]) =>
  launchEmailCampaign(t, { name, senders, nodes, people });
const id = await launch('fleet', ids.slice(0, 3));
await engine.runDue();
await t.db
  .updateTable('senders')
  .set({ status: 'credentials_required' })
  .where('id', '=', ids[2]!)
  .execute();

const found = async (input: object) =>
  (await call(listSenders, input as never)).accounts.map(({ email_address }) => email_address);

test('senders are listed by page, in the order without pages, and by every filter', async () => {
  const all = await found({});
  expect(all.toSorted()).toEqual(addresses);
  const paged: (string | null)[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await call(listSenders, { limit: 2, ...(cursor ? { cursor } : {}) });
    paged.push(...page.accounts.map(({ email_address }) => email_address));
    cursor = page.next_cursor;
  }
  expect(paged).toEqual(all);
  expect((await found({ domain: 'ONE.test' })).toSorted()).toEqual(addresses.slice(0, 2));
  expect((await found({ campaign_id: id })).toSorted()).toEqual(addresses.slice(0, 3));
  expect(await found({ q: 'C@two' })).toEqual(['c@two.test']);
  expect(await found({ status: 'credentials_required' })).toEqual(['c@two.test']);
  expect(await found({ because: 'sender_not_active' })).toEqual(['c@two.test']);
  expect((await found({ because: 'nothing_to_send' })).toSorted()).toEqual(addresses.slice(3));
});

test('the reason and the use of the day are those of each explanation', async () => {
  const { accounts } = await call(listSenders, { include: ['why'] });
  for (const { id: senderId, why, today, status } of accounts) {
    const { binding } = await call(explainOneSender, { id: senderId });
    expect(why).toEqual(binding);
    const isWriting = ids.slice(0, 2).includes(senderId);
    if (status === 'active') expect(today).toEqual({ limit: 2, used: isWriting ? 1 : 0 });
    else expect(today).toBeNull();
  }
});

test('a summary counts what the list shows', async () => {
  const all = (await call(listSenders, {})).accounts;
  const summary = await call(sumUpSenders, {});
  const counted = Object.groupBy(all, ({ because }) => because);
  expect(summary.by_because).toEqual(
    Object.fromEntries(Object.entries(counted).map(([code, own]) => [code, own!.length])),
  );
  expect(summary).toMatchObject({
    total: 5,
    by_status: { active: 4, credentials_required: 1 },
    domains: [{ domain: 'two.test', total: 3 }, { domain: 'one.test' }],
    today: { used: 3, capacity: 8 },
    people: { sender_not_active: 1, pacing: 2 },
  });
  expect(summary.days.map(({ capacity }) => capacity)).toEqual([8, 8, 8, 8, 8, 8, 8]);
  expect((await call(sumUpSenders, { domain: 'one.test' })).total).toBe(2);
});

test('many senders are changed at once, and each that is not says why', async () => {
  const set = { daily_limit: 5, status: 'paused' as const };
  const filter = { domain: 'two.test' };
  const counted = { matched: 3, changed: 2, unchanged: 0, refused: [{ id: ids[2] }] };
  expect(await call(updateManySenders, { filter, set, dry_run: true })).toMatchObject(counted);
  expect(await found({ status: 'paused' })).toEqual([]);
  expect(await call(updateManySenders, { filter, set })).toMatchObject(counted);
  expect((await found({ status: 'paused' })).toSorted()).toEqual(addresses.slice(3));
  expect(await call(updateManySenders, { filter, set })).toMatchObject({
    unchanged: 2,
    changed: 0,
  });
  const resumed = await call(updateManySenders, { ids: ids.slice(3), set: { status: 'active' } });
  expect(resumed).toMatchObject({ matched: 2, changed: 2, refused: [] });
  for (const input of [{ set: {} }, { set, filter: {} }, { set }])
    expect(await fail(updateManySenders, input as never)).toMatchObject({ status: 400 });
});

test('a list of campaigns has the reason, the next touch and the end of each', async () => {
  const draft = await launch('second', [ids[3]!]);
  const { campaigns } = await call(listCampaigns, { include: ['why'] });
  expect(campaigns.map((campaign) => campaign.id).toSorted()).toEqual([id, draft].toSorted());
  for (const { id: campaignId, why } of campaigns) {
    const told = await call(explainOneCampaign, { id: campaignId });
    const { ends_at } = await call(showForecast, { id: campaignId });
    expect(why).toEqual({ binding: told.binding, expected_at: told.expected_at, ends_at });
    expect(why!.ends_at).not.toBeNull();
  }
});

test('the reason of a large campaign is that of its senders, and nothing is forecast', async () => {
  const campaign = await getCampaign(t.db, { workspaceId: t.workspaceId, campaignId: id });
  const request = { workspaceId: t.workspaceId, now: t.clock.now(), maxForecast: 0 };
  const { binding, ...instants } = await readCampaignReason(t.db, campaign, request);
  expect(instants).toEqual({ expectedAt: null, endsAt: null });
  const { senders } = await call(explainOneCampaign, { id });
  const told = senders.map((one) => ({ code: one.binding.code, at: one.binding.opens_at }));
  const at = binding.opensAt && new Date(binding.opensAt).toISOString();
  expect(told).toContainEqual({ code: binding.code, at });
  expect(told.map((one) => one.at ?? '9').toSorted()[0]).toBe(at);
});

test("a campaign's senders come by page, all of them counted", async () => {
  const all = await call(explainOneCampaign, { id });
  expect(all.next_cursor).toBeNull();
  expect(all.senders_by_because).toMatchObject({ sender_not_active: 1 });
  const paged: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await call(explainOneCampaign, { id, limit: 2, ...(cursor ? { cursor } : {}) });
    expect(page.senders_by_because).toEqual(all.senders_by_because);
    paged.push(...page.senders.map(({ sender_id }) => sender_id));
    cursor = page.next_cursor;
  }
  expect(paged).toEqual(all.senders.map(({ sender_id }) => sender_id));
});
