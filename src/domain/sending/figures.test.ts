import { expect, test } from 'vitest';
import { campaignFacts, laneFacts, limits30, monday9 } from '../../../test/factories/lane-facts.ts';
import { hourMs } from '../time.ts';
import type { CampaignFacts, LaneFacts } from './lane-facts.ts';
import { constraintsAt } from './planner.ts';

const work = { campaignId: 'c1', touch: 'connection_request', dueAt: 0, zone: '', noted: true };
/** Three invitations with notes in this hour. */
const usage = [{ at: monday9, touch: 'connection_request', n: 3, notes: 3 }];
const ofSender = (limits: Partial<LaneFacts['limits']>) =>
  laneFacts({ usage, sentToday: 3, limits: { ...limits30, ...limits } });
const ofCampaign = (facts: Partial<CampaignFacts>) =>
  laneFacts({ campaigns: [campaignFacts(facts)] });

/** Each limit with three of `limit` used. */
const limits: [string, (limit: number) => LaneFacts, string][] = [
  ['calendar day', (perDay) => ofSender({ perDay }), 'sender_daily_limit'],
  ['rolling day', (perDay) => ofSender({ perDay, day: 'rolling' }), 'sender_daily_limit'],
  [
    'day of one touch',
    (n) => ofSender({ perDayOf: { connection_request: n } }),
    'sender_daily_limit',
  ],
  ['hour', (perHour) => ofSender({ perHour }), 'sender_hourly_limit'],
  ['week', (n) => ofSender({ perWeek: { connection_request: n } }), 'sender_weekly_limit'],
  ['month of notes', (perMonthNotes) => ofSender({ perMonthNotes }), 'note_quota'],
  [
    "campaign's day",
    (dailyLimit) => ofCampaign({ dailyLimit, sentToday: 3 }),
    'campaign_daily_limit',
  ],
  [
    "sender's day in a campaign",
    (accountLimit) => ofCampaign({ accountLimit, sentTodayBySender: 3 }),
    'account_limit',
  ],
  [
    "campaign's hour",
    (limit) => ofCampaign({ hourly: { limit, sent: 3 } }),
    'campaign_hourly_limit',
  ],
];

test.each(limits)('the figures of a %s say when it is closed', (_name, factsOf, because) => {
  for (const limit of [2, 3, 4]) {
    const counted = constraintsAt(factsOf(limit), work, monday9 + hourMs / 4)
      .filter((one) => one.because === because)
      .map((one) => ({ ...one.figures?.(monday9), from: one.from(monday9 + hourMs / 4)! }));
    expect(counted).toContainEqual(expect.objectContaining({ limit, used: 3 }));
    const isClosed = counted.some(({ from }) => from > monday9 + hourMs / 4);
    expect(isClosed).toBe(limit <= 3);
  }
});

test.each(['domain', 'company'] as const)('a cap on a %s shows its use', (kind) => {
  const reached = [{ kind, used: 1, limit: 5 }];
  const found = constraintsAt(laneFacts(), { ...work, reached }, monday9);
  const cap = found.find(({ because }) => because === `${kind}_limit`);
  expect(cap?.figures?.(monday9)).toEqual({ limit: 5, used: 1 });
});

test('a constraint that counts nothing has no figures', () => {
  const counting = constraintsAt(laneFacts(), work, monday9).filter(({ figures }) => figures);
  expect(counting.map(({ because }) => because)).toEqual(['sender_daily_limit']);
});
