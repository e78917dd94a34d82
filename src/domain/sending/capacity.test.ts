import { describe, expect, test } from 'vitest';
import {
  alwaysOpen,
  campaignFacts,
  laneFacts,
  limits30,
  monday9,
  nineToFive,
} from '../../../test/factories/lane-facts.ts';
import { hourMs } from '../time.ts';
import { notesLeft, paceAfter, paceOf, touchesLeft } from './capacity.ts';
import type { CampaignFacts, LaneFacts } from './lane-facts.ts';
import { worksOf } from './lane-work.ts';

const paceIn = (facts: LaneFacts) => paceOf(facts, facts.campaigns.flatMap(worksOf), monday9);

describe('the pace of a sender', () => {
  const shares: [string, Partial<CampaignFacts>, number][] = [
    ['without a limit has no bound', {}, Infinity],
    ['of a daily limit is its part, rounded up', { dailyLimit: 10, sentToday: 3, senders: 2 }, 4],
    ['of a daily limit without active senders is all', { dailyLimit: 10, senders: 0 }, 10],
    ['of an account limit is what is left', { accountLimit: 5, sentTodayBySender: 2 }, 3],
    ['of both is the smaller one', { dailyLimit: 9, accountLimit: 5, sentTodayBySender: 1 }, 4],
    ['of both is the smaller one, either way', { dailyLimit: 3, accountLimit: 5 }, 3],
  ];
  test.each(shares)('in a campaign %s', (_name, facts, capacity) => {
    const { shares: found } = paceIn(laneFacts({ campaigns: [campaignFacts(facts)] }));
    expect(found).toEqual([
      { campaignId: 'c1', timeZone: 'UTC', schedules: [alwaysOpen], capacity },
    ]);
  });

  test('has what its own limit leaves: of the day, or all of any 24 hours', () => {
    const rolling = { ...limits30, day: 'rolling' as const };
    expect(paceIn(laneFacts({ sentToday: 4 }))).toMatchObject({ capacity: 26, rolling: false });
    expect(paceIn(laneFacts({ sentToday: 4, limits: rolling }))).toMatchObject({
      capacity: 30,
      rolling: true,
      sentToday: 4,
    });
  });

  test('has one share for each campaign, with the hours of every zone once', () => {
    const berlin = { ...nineToFive, timeZone: 'Europe/Berlin' };
    const zoned = campaignFacts({
      schedule: nineToFive,
      local: new Map([['Europe/Berlin', berlin]]),
      poolZones: ['', 'Europe/Berlin', 'Asia/Tokyo'],
    });
    const other = campaignFacts({ campaignId: 'c2' });
    const { shares: found } = paceIn(laneFacts({ campaigns: [zoned, other] }));
    expect(found.map(({ campaignId, schedules }) => [campaignId, schedules])).toEqual([
      ['c1', [nineToFive, berlin]],
      ['c2', [alwaysOpen]],
    ]);
  });

  test('after a touch has one touch less, in its campaign alone', () => {
    const campaigns = ['c1', 'c2'].map((campaignId) =>
      campaignFacts({ campaignId, accountLimit: 5 }),
    );
    const facts = laneFacts({ campaigns, sentToday: 4, lastAt: monday9 - hourMs });
    const after = paceAfter(paceIn(facts), campaigns[0]!, monday9);
    expect(after).toMatchObject({ capacity: 25, sentToday: 5, lastAt: monday9 });
    expect(after.shares.map(({ capacity }) => capacity)).toEqual([4, 5]);
    const limits = { ...limits30, day: 'rolling' as const };
    const rolling = paceAfter(paceIn({ ...facts, limits }), campaigns[0]!, monday9);
    expect(rolling).toMatchObject({ capacity: 30, sentToday: 5 });
  });
});

test('used-up notes leave no touch that needs one, and all that need none', () => {
  const usage = [{ at: monday9 - hourMs, touch: 'connection_request', n: 6, notes: 5 }];
  const lane = laneFacts({ limits: { ...limits30, perMonthNotes: 5 }, usage });
  const left = (noted: boolean) =>
    touchesLeft(lane, { campaign: campaignFacts(), touch: 'connection_request', noted }, monday9);
  expect([left(true), left(false)]).toEqual([0, 30]);
  expect(notesLeft(lane, monday9)).toBe(0);
  expect(notesLeft({ ...lane, limits: limits30 }, monday9)).toBe(Infinity);
  const rest = { until: monday9 + hourMs, reason: '', people: [], times: 1 };
  const resting = { ...lane, limits: limits30, rests: { note: rest } };
  expect([monday9, rest.until].map((at) => notesLeft(resting, at))).toEqual([0, Infinity]);
  const bare = [{ at: monday9 - hourMs, touch: 'message', n: 6 }];
  expect(notesLeft({ ...lane, usage: [...bare, { ...usage[0]!, notes: 2 }] }, monday9)).toBe(3);
});
