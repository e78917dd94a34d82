import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const fixture = await openEmailFixture();
const { call } = fixture;
const fault = (kind: 'bad_recipient' | 'refused' | 'credentials', code: string): SendResult => ({
  ok: false,
  fault: { kind, code, detail: 'No' },
});

async function scene(name: string, count: number, settings: Record<string, unknown> = {}) {
  const sender = await addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit: 2_000,
    minGapSeconds: 1,
  });
  const id = await launchEmailCampaign(fixture, {
    name,
    senders: [sender],
    nodes: [hello],
    people: people(count, name),
    settings,
  });
  return { id, sender };
}

const campaignOf = async (id: string) => (await call(getCampaign, { id })).campaign;
const pauses = (id: string) =>
  fixture.db
    .selectFrom('events')
    .select(['data', 'actor'])
    .where('campaign_id', '=', id)
    .where('kind', '=', 'campaign.paused')
    .execute();

/** Answers by recipient number while one case runs. */
function answer(name: string, result: (n: number) => SendResult | null): void {
  fixture.mailServer.send = async (deliver, { to }) => {
    const n = new RegExp(`^${name}(\\d+)@`).exec(to)?.[1];
    return (n === undefined ? null : result(Number(n))) ?? deliver();
  };
}

describe('a guard', () => {
  test('pauses a campaign on too many bounces, and counts from zero after a resume', async () => {
    const { id } = await scene('bounce', 60, { guard_bounce_min: 20, guard_bounce_rate: 0.1 });
    answer('bounce', (n) => (n >= 10 && n % 5 === 0 ? fault('bad_recipient', '550 5.1.1') : null));
    await fixture.runFor(2 * dayMs);
    const paused = await campaignOf(id);
    expect(paused).toMatchObject({ status: 'paused', pause_reason: 'bounce_rate' });
    expect(paused.stats!.contacted).toBeGreaterThanOrEqual(20);
    expect(paused.stats!.contacted).toBeLessThan(30);
    expect(await pauses(id)).toMatchObject([
      { actor: 'engine', data: { reason: 'bounce_rate', bounced: paused.stats!.bounced } },
    ]);
    await fixture.checkLaws();
    await call(resumeCampaign, { id });
    await fixture.runFor(2 * dayMs);
    const again = await campaignOf(id);
    expect(again).toMatchObject({ status: 'paused', pause_reason: 'bounce_rate' });
    expect(again.stats!.contacted).toBeGreaterThanOrEqual(paused.stats!.contacted + 20);
    await call(updateCampaign, { id, guard_bounce_rate: 1 });
    await call(resumeCampaign, { id });
    await fixture.runFor(2 * dayMs);
    expect((await campaignOf(id)).status).toBe('completed');
    await fixture.checkLaws();
  });

  test('pauses a campaign when ten touches in a row are refused, who then wait again', async () => {
    const { id } = await scene('refuse', 40);
    answer('refuse', (n) => ((n >= 2 && n < 11) || n >= 15 ? fault('refused', '554 5.7.1') : null));
    await fixture.runFor(2 * dayMs);
    expect(await campaignOf(id)).toMatchObject({
      status: 'paused',
      pause_reason: 'refused',
      stats: { completed: 6, failed: 9 },
    });
    await fixture.checkLaws();
    answer('refuse', () => null);
    await call(resumeCampaign, { id, policy: 'spread' });
    await fixture.runFor(dayMs);
    expect((await campaignOf(id)).stats).toMatchObject({ completed: 31, failed: 9 });
    await fixture.checkLaws();
  });

  test('pauses for the same answer to ten people, and suppresses nobody', async () => {
    const { id } = await scene('same', 12);
    answer('same', () => fault('bad_recipient', '550 5.1.1'));
    await fixture.runFor(2 * dayMs);
    expect(await campaignOf(id)).toMatchObject({
      status: 'paused',
      pause_reason: 'refused',
      stats: { bounced: 0, pending: 12 },
    });
    const suppressed = await fixture.db.selectFrom('suppressions').select('value').execute();
    expect(suppressed.filter(({ value }) => value.startsWith('same'))).toEqual([]);
    await fixture.checkLaws();
    answer('same', () => null);
    await call(resumeCampaign, { id });
    await fixture.runFor(2 * dayMs);
    expect((await campaignOf(id)).stats).toMatchObject({ completed: 12 });
    await fixture.checkLaws();
  });

  test('pauses a campaign when all its senders are down', async () => {
    const { id, sender } = await scene('down', 5);
    answer('down', () => fault('credentials', '535 5.7.8'));
    await fixture.runFor(hourMs);
    expect(await campaignOf(id)).toMatchObject({
      status: 'paused',
      pause_reason: 'all_senders_down',
      sender_accounts: [{ id: sender, status: 'credentials_required' }],
    });
    expect(await pauses(id)).toMatchObject([{ data: { reason: 'all_senders_down' } }]);
    const { binding } = await call(explainOneCampaign, { id });
    expect(binding).toMatchObject({
      code: 'campaign_paused',
      words: 'The campaign is paused: none of its senders can send.',
    });
    await fixture.checkLaws();
  });
});
