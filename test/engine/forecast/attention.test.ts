import { expect, test } from 'vitest';
import { guardSenders } from '../../../src/engine/campaigns/guard.ts';
import { listAttention } from '../../../src/operations/attention/list.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { call, engine, sink, workspaceId } = t;
const mailbox = (address: string) =>
  addMailbox(t, { address, smtp: sink, dailyLimit: 50, minGapSeconds: 0 });
const [sam, kim] = [await mailbox('sam@sender.test'), await mailbox('kim@sender.test')];
const launch = (name: string, senders: string[], people: object[]) =>
  launchEmailCampaign(t, {
    name,
    senders,
    nodes: [
      { type: 'email', subject: 'Hello', body: 'Hi %first_name%.' },
      { type: 'delay', delay_days: 2 },
      { type: 'email', is_reply: true, body: 'Again.' },
    ],
    people,
  });
const people = Array.from({ length: 5 }, (_, i) => ({
  email: `p${i}@people.test`,
  ...(i > 1 ? { first_name: 'P' } : {}),
}));
const items = async () =>
  (await call(listAttention, {})).items.map(({ code, n, people: waiting, campaign_id }) => ({
    code,
    n,
    people: waiting,
    campaign_id,
  }));

test('causes are listed with the people who wait, and go when they are mended', async () => {
  const id = await launch('held', [sam, kim], people);
  expect(await items()).toEqual([]);
  for (let turn = 0; turn < 10; turn += 1) {
    t.clock.advanceMs(30 * 60_000);
    await engine.runDue();
  }
  const held = { code: 'missing_variable', n: 2, people: 2, campaign_id: id };
  expect(await items()).toEqual([held]);

  const set = (status: string) =>
    t.db.updateTable('senders').set({ status }).where('id', '=', sam).execute();
  const ofSam = (
    await t.db.selectFrom('prospects').select('id').where('sender_id', '=', sam).execute()
  ).length;
  expect(ofSam).toBeGreaterThan(0);
  await set('credentials_required');
  const { items: shown } = await call(listAttention, {});
  expect(shown.find(({ code }) => code === 'sender_not_active')).toMatchObject({
    status: 'credentials_required',
    n: 1,
    people: ofSam,
    sender_ids: [sam],
  });
  await set('paused');
  expect(await items()).toEqual([held]);

  // A campaign that somebody paused needs nobody; one that a guard paused does.
  await set('active');
  const other = await launch('guarded', [sam], [{ email: 'eva@people.test', first_name: 'Eva' }]);
  await set('error');
  await guardSenders(t.db, { workspaceId, senderIds: [sam], now: t.clock.now() });
  expect(await items()).toContainEqual({
    code: 'campaign_paused',
    n: 1,
    people: 1,
    campaign_id: other,
  });
  await call(pauseCampaign, { id });
  expect((await items()).map(({ code }) => code).toSorted()).toEqual([
    'campaign_paused',
    'sender_not_active',
  ]);
});
