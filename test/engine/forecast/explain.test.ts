import { expect, test } from 'vitest';
import { nextDueAt } from '../../../src/db/sending/lanes.ts';
import { addSenders } from '../../../src/operations/campaign-senders/add.ts';
import { removeSenderFromCampaign } from '../../../src/operations/campaign-senders/remove.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import { launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { call, fail, engine, sink } = t;

const hello = { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' };
const nodes = [
  hello,
  { type: 'delay', delay_days: 2 },
  { type: 'email', is_reply: true, body: 'Again.' },
];
const people = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    email: `${prefix}${i}@people.test`,
    first_name: `P${i}`,
  }));
const sender = (address: string, dailyLimit = 30) =>
  addMailbox(t, { address, smtp: sink, dailyLimit, minGapSeconds: 60 });

async function prospectOf(
  campaign: string,
  email: string,
): Promise<{ id: string; sent: Date | null }> {
  const row = await t.db
    .selectFrom('prospects')
    .select(['id'])
    .where('campaign_id', '=', campaign)
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  const message = await t.db
    .selectFrom('messages')
    .select('reserved_at')
    .where('prospect_id', '=', row.id)
    .orderBy('reserved_at', 'desc')
    .executeTakeFirst();
  return { id: row.id, sent: message?.reserved_at ?? null };
}

test('a prospect in the pool is sent to when its explanation says', async () => {
  const id = await launchEmailCampaign(t, {
    name: 'turns',
    senders: [await sender('turns@sender.test')],
    nodes,
    people: people('a', 10),
  });
  await engine.runDue();
  const { id: prospectId } = await prospectOf(id, 'a6@people.test');
  const told = await call(explainOneProspect, { id, prospectId });
  expect(told.status).toBe('pending');
  expect(told.binding.code).toBe('pacing');
  expect(told.constraints.map((constraint) => constraint.code)).toContain('sender_daily_limit');
  const expected = new Date(told.next_touch!.expected_at!);
  for (let next = await nextDueAt(t.db); next && next <= expected; next = await nextDueAt(t.db)) {
    t.clock.advanceTo(next);
    await engine.runDue();
  }
  expect((await prospectOf(id, 'a6@people.test')).sent).toEqual(expected);
  const waiting = await call(explainOneProspect, { id, prospectId });
  expect(waiting.binding.code).toBe('delay');
  expect(waiting.next_touch?.due_at).toBe(
    new Date(expected.getTime() + 2 * 86_400_000).toISOString(),
  );
});

test('closed hours and a used-up daily limit are named, with the instant they open', async () => {
  const account = await sender('hours@sender.test', 1);
  const id = await launchEmailCampaign(t, {
    name: 'hours',
    senders: [account],
    nodes,
    people: people('b', 3),
  });
  await engine.runDue();
  const used = await call(explainOneSender, { id: account });
  const bySender = { limit: 1, used: 1, held_by: { kind: 'sender', id: account } };
  expect(used.binding).toMatchObject({ code: 'sender_daily_limit', ...bySender });
  const byCampaign = await call(explainOneCampaign, { id });
  expect(byCampaign.binding).toMatchObject({ code: 'sender_daily_limit', ...bySender });
  const { id: waits } = await prospectOf(id, 'b2@people.test');
  const told = await call(explainOneProspect, { id, prospectId: waits });
  expect(told.binding).toMatchObject({ code: 'sender_daily_limit', ...bySender });
  expect(told.constraints).toContainEqual(
    expect.objectContaining({ code: 'operating_hours', open: true, limit: null, used: null }),
  );
  const closed = { [String((t.clock.now().getUTCDay() + 3) % 7)]: { start: 600, end: 660 } };
  await call(updateCampaign, { id, operating_hours: closed, timezone: 'UTC' });
  const { binding, senders, expected_at } = await call(explainOneCampaign, { id });
  expect(binding.code).toBe('operating_hours');
  expect(new Date(binding.opens_at!).getUTCHours()).toBe(10);
  const [own] = senders;
  const opening = own?.constraints.find((constraint) => constraint.code === 'operating_hours');
  expect(opening?.open).toBe(false);
  // A sender starts within ten minutes after its hours open.
  expect(Date.parse(binding.opens_at!) - Date.parse(opening!.opens_at!)).toBeLessThan(600_000);
  expect(Date.parse(expected_at!)).toBeGreaterThanOrEqual(Date.parse(binding.opens_at!));
});

test('roster and explanation agree on prospects without a sender, paused or not', async () => {
  const account = await sender('gone@sender.test');
  const id = await launchEmailCampaign(t, {
    name: 'gone',
    senders: [account],
    nodes,
    people: people('g', 3),
  });
  await engine.runDue();
  const said = async (email: string) => {
    const { id: prospectId } = await prospectOf(id, email);
    const { prospects } = await call(listRoster, { id, q: email });
    const { binding, next_touch } = await call(explainOneProspect, { id, prospectId });
    const [listed] = prospects;
    return [
      listed?.because,
      listed?.next_touch_at,
      binding.code,
      binding.opens_at,
      next_touch?.expected_at,
    ];
  };
  const { id: prospectId } = await prospectOf(id, 'g0@people.test');
  const until = new Date(t.clock.now().getTime() + 3_600_000).toISOString();
  await call(pauseProspect, { id, prospectId, until });
  const status = (value: string) =>
    t.db.updateTable('senders').set({ status: value }).where('id', '=', account).execute();
  await status('paused');
  for (const email of ['g0@people.test', 'g2@people.test'])
    expect(await said(email)).toEqual(['sender_not_active', null, 'sender_not_active', null, null]);
  await status('active');
  const other = await sender('other@sender.test');
  await call(addSenders, { id, sender_account_ids: [other] });
  await call(removeSenderFromCampaign, { id, senderId: account });
  expect(await said('g0@people.test')).toEqual([
    'sender_removed',
    null,
    'sender_removed',
    null,
    null,
  ]);
  expect((await said('g2@people.test'))[2]).toBe('queue');
});

test('prospects due since the same instant go out in the turns that are explained', async () => {
  const settings = {
    operating_hours: { [String((t.clock.now().getUTCDay() + 2) % 7)]: { start: 600, end: 1000 } },
    timezone: 'UTC',
  };
  const senders = [await sender('same@sender.test')];
  const id = await launchEmailCampaign(t, {
    name: 'same',
    senders,
    nodes,
    people: people('s', 6),
    settings,
  });
  const emails = [5, 1, 4, 2, 0, 3].map((i) => `s${i}@people.test`);
  for (const email of emails)
    await call(skipAheadProspect, { id, prospectId: (await prospectOf(id, email)).id });
  const told: (string | undefined | null)[] = [];
  for (const email of emails) {
    const { id: prospectId } = await prospectOf(id, email);
    told.push((await call(explainOneProspect, { id, prospectId })).next_touch?.expected_at);
  }
  const last = new Date(told.toSorted().at(-1)!);
  for (let next = await nextDueAt(t.db); next && next <= last; next = await nextDueAt(t.db)) {
    t.clock.advanceTo(next);
    await engine.runDue();
  }
  const came: (string | undefined)[] = [];
  for (const email of emails) came.push((await prospectOf(id, email)).sent?.toISOString());
  expect(came).toEqual(told);
});

test('a prospect far back in the pool is explained by the queue, not by its sender', async () => {
  const account = await sender('year@sender.test', 1);
  const id = await launchEmailCampaign(t, {
    name: 'year',
    senders: [account],
    nodes: [hello],
    people: people('y', 380),
  });
  const { id: prospectId } = await prospectOf(id, 'y379@people.test');
  const { binding, next_touch } = await call(explainOneProspect, { id, prospectId });
  expect([binding.code, binding.opens_at, next_touch?.expected_at]).toEqual(['queue', null, null]);
  expect(binding.words).toContain('Their turn does not come within a year.');
});

test('drafts, pauses, holds, broken senders and ends are explained with a way out', async () => {
  const account = await sender('words@sender.test');
  const draft = await call(createCampaign, {
    type: 'email',
    name: 'draft',
    sender_account_ids: [account],
  });
  expect((await call(explainOneCampaign, { id: draft.campaign.id })).binding).toMatchObject({
    code: 'campaign_draft',
    unblock: 'Launch the campaign.',
  });
  const id = await launchEmailCampaign(t, {
    name: 'words',
    senders: [account],
    nodes: [hello],
    people: [...people('c', 1), { email: 'nameless@people.test' }],
  });
  for (let i = 0; i < 3; i++) {
    await engine.runDue();
    t.clock.advanceMs(3_600_000);
  }
  const held = await call(explainOneProspect, {
    id,
    prospectId: (await prospectOf(id, 'nameless@people.test')).id,
  });
  expect(held.binding).toMatchObject({ code: 'missing_variable', opens_at: null });
  expect(held.binding.words).toContain('first_name');
  expect((await call(explainOneCampaign, { id })).held).toMatchObject([
    { hold: 'missing_variable', n: 1 },
  ]);
  const ended = await call(explainOneProspect, {
    id,
    prospectId: (await prospectOf(id, 'c0@people.test')).id,
  });
  expect(ended).toMatchObject({
    status: 'completed',
    binding: { code: 'completed' },
    next_touch: null,
  });
  await t.db
    .updateTable('senders')
    .set({ status: 'credentials_required' })
    .where('id', '=', account)
    .execute();
  expect((await call(explainOneSender, { id: account })).binding.code).toBe('sender_not_active');
  expect((await call(explainOneCampaign, { id })).binding.code).toBe('sender_not_active');
  await call(pauseCampaign, { id });
  expect((await call(explainOneCampaign, { id })).binding).toMatchObject({
    code: 'campaign_paused',
    unblock: 'Resume the campaign.',
  });
  expect((await fail(explainOneProspect, { id, prospectId: account })).code).toBe(
    'prospect.not_found',
  );
});
