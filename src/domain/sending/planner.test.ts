import { describe, expect, test } from 'vitest';
import {
  campaignFacts,
  dueFollowUp,
  laneFacts,
  limits30,
  monday9,
} from '../../../test/factories/lane-facts.ts';
import { normaliseHours } from '../hours/schedule.ts';
import { hourMs, minuteMs } from '../time.ts';
import type { CampaignFacts, SenderLimits } from './lane-facts.ts';
import { planLane } from './planner.ts';

describe('a lane that sends', () => {
  test('takes one prospect of the pool, and the next after the gap', () => {
    const plan = planLane(laneFacts(), monday9);
    expect(plan.send).toEqual({ campaignId: 'c1', count: 1, picks: [{ pool: '' }] });
    // 15 hours of the day are left for 29 touches: about half an hour each, ±30 % jitter.
    expect(plan.nextAt).toBeGreaterThanOrEqual(monday9 + 0.7 * ((15 * hourMs) / 29));
    expect(plan.nextAt).toBeLessThanOrEqual(monday9 + 1.3 * ((15 * hourMs) / 29));
  });

  test('takes follow-ups before first touches, those that are due longest first', () => {
    const followUps = [
      { ...dueFollowUp, nodeId: 'n3', anchorAt: monday9 - 150 * minuteMs },
      dueFollowUp,
    ];
    const facts = laneFacts({
      minGapMs: 0,
      limits: { ...limits30, perDay: 1_000_000 },
      campaigns: [campaignFacts({ followUps })],
    });
    expect(planLane(facts, monday9).send?.picks).toEqual([
      { nodeId: 'n2', zone: '', dueBefore: monday9 - 2 * hourMs },
      { nodeId: 'n3', zone: '', dueBefore: monday9 - 2 * hourMs },
    ]);
    expect(
      planLane(laneFacts({ campaigns: [campaignFacts({ followUps })] }), monday9).send,
    ).toMatchObject({
      count: 1,
      picks: [{ nodeId: 'n2' }],
    });
  });

  test('takes from the pool while no follow-up is due', () => {
    const followUps = [{ ...dueFollowUp, anchorAt: monday9 }];
    expect(
      planLane(laneFacts({ campaigns: [campaignFacts({ followUps })] }), monday9).send?.picks,
    ).toEqual([{ pool: '' }]);
  });

  test('sends first for the campaign with fewer touches today', () => {
    const busy = campaignFacts({ campaignId: 'busy', sentTodayBySender: 3 });
    const quiet = campaignFacts({ campaignId: 'quiet', sentTodayBySender: 2 });
    expect(planLane(laneFacts({ campaigns: [busy, quiet] }), monday9).send?.campaignId).toBe(
      'quiet',
    );
  });

  test('sends for an open campaign while another one is closed', () => {
    const closed = campaignFacts({
      campaignId: 'closed',
      schedule: { timeZone: 'UTC', hours: normaliseHours({ tue: { start: 0, end: 60 } }) },
    });
    const open = campaignFacts({ campaignId: 'open', sentTodayBySender: 9 });
    expect(planLane(laneFacts({ campaigns: [closed, open] }), monday9).send?.campaignId).toBe(
      'open',
    );
  });
});

test("a fast sender takes no more than its campaign's hourly limit leaves", () => {
  const fast = {
    limits: { ...limits30, perDay: 1_000_000 },
    minGapMs: 0,
    lastAt: monday9 - hourMs,
  };
  const sends = (hourly?: { limit: number; sent: number }) =>
    planLane(laneFacts({ ...fast, campaigns: [campaignFacts(hourly ? { hourly } : {})] }), monday9)
      .send?.count;
  expect([sends(), sends({ limit: 8, sent: 6 }), sends({ limit: 8, sent: 7 })]).toEqual([4, 2, 1]);
});

test('used-up notes stop only touches that need one, and only where notes are counted', () => {
  const usage = [{ at: monday9 - hourMs, touch: 'connection_request', n: 6, notes: 5 }];
  const invites = { poolTouch: 'connection_request' };
  const limited = { ...limits30, perMonthNotes: 5 };
  const plan = (limits: SenderLimits, campaigns: CampaignFacts[]) =>
    planLane(laneFacts({ limits, usage, campaigns }), monday9 + hourMs);
  expect(plan(limited, [campaignFacts(invites)]).send).not.toBeNull();
  expect(plan(limits30, [campaignFacts({ ...invites, poolNoted: true })]).send).not.toBeNull();
  const must = campaignFacts({ ...invites, campaignId: 'c2', poolNoted: true });
  expect(plan(limited, [must, campaignFacts(invites)]).send).toMatchObject({ campaignId: 'c1' });
  const due = { ...dueFollowUp, touch: 'connection_request', anchorAt: monday9 - 9 * hourMs };
  const both = campaignFacts({
    poolFrom: null,
    followUps: [
      { ...due, nodeId: 'must', noted: true },
      { ...due, nodeId: 'may' },
    ],
  });
  expect(plan(limited, [both]).send?.picks).toEqual([expect.objectContaining({ nodeId: 'may' })]);
});
