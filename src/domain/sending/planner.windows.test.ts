import { describe, expect, test } from 'vitest';
import { campaignFacts, laneFacts, limits30, monday9 } from '../../../test/factories/lane-facts.ts';
import { dayMs, hourMs, minuteMs, weekMs } from '../time.ts';
import type { CampaignFacts, LaneFacts } from './lane-facts.ts';
import { bucketMs, noteWindowMs, usedInWindow } from './limit.ts';
import { constraintsAt, planLane } from './planner.ts';

/** A sender that only its limits keep from taking four prospects in a tick. */
const fast = (facts: Partial<LaneFacts> = {}) =>
  laneFacts({ minGapMs: 0, limits: { ...limits30, perDay: 1_000_000 }, ...facts });
const countOf = (facts: LaneFacts, now: number) => planLane(facts, now).send?.count ?? 0;

describe('a window that rolls', () => {
  const bucket = [{ at: monday9, touch: 'connection_request', n: 3, notes: 2 }];
  const windows: [string, number, LaneFacts][] = [
    ['day', dayMs, laneFacts({ limits: { ...limits30, day: 'rolling', perDay: 3 } })],
    ['week', weekMs, laneFacts({ limits: { ...limits30, perWeek: { connection_request: 3 } } })],
    ['month of notes', noteWindowMs, laneFacts({ limits: { ...limits30, perMonthNotes: 2 } })],
  ];
  test.each(windows)(
    'of a %s keeps a quarter of an hour until all of it has left',
    (_name, ms, lane) => {
      const facts = {
        ...lane,
        usage: bucket,
        campaigns: [campaignFacts({ poolTouch: 'connection_request', poolNoted: true })],
      };
      const leaves = monday9 + bucketMs + ms;
      expect(usedInWindow(bucket, ms, leaves - 1)).toBe(3);
      expect(usedInWindow(bucket, ms, leaves)).toBe(0);
      expect(planLane(facts, leaves - 1)).toMatchObject({ send: null });
      expect(planLane(facts, leaves - 1).nextAt).toBeGreaterThanOrEqual(leaves);
      expect(planLane(facts, leaves).send).not.toBeNull();
    },
  );
});

describe('a day', () => {
  // 20:00 in Tokyo while it is 11:00 in UTC and 06:00 in New York.
  const now = monday9 + 2 * hourMs;
  const [tokyo, newYork] = ['Asia/Tokyo', 'America/New_York'];
  const midnightIn = { tokyo: monday9 + 6 * hourMs, newYork: monday9 + 20 * hourMs };
  const opens = (facts: LaneFacts) => {
    const work = { campaignId: 'c1', touch: 'email', dueAt: 0, zone: '' };
    const [constraint] = constraintsAt(facts, work, now).filter(({ from }) => from(now) !== now);
    return [constraint?.because, constraint?.from(now)];
  };
  const inTokyo = { schedule: { timeZone: tokyo!, hours: null } };
  const full: [string, Partial<CampaignFacts>, string][] = [
    ['limit a day', { dailyLimit: 5, sentToday: 5 }, 'campaign_daily_limit'],
    ['limit for an account', { accountLimit: 5, sentTodayBySender: 5 }, 'account_limit'],
  ];
  test.each(full)(
    "of a campaign's %s ends at midnight in the campaign's zone",
    (_name, facts, because) => {
      const zone = { timeZone: newYork!, campaigns: [campaignFacts({ ...inTokyo, ...facts })] };
      expect(opens(laneFacts(zone))).toEqual([because, midnightIn.tokyo]);
      const plan = planLane(laneFacts(zone), now);
      expect(plan).toMatchObject({ send: null, because });
      expect(plan.nextAt).toBeGreaterThanOrEqual(midnightIn.tokyo);
      expect(plan.nextAt).toBeLessThan(midnightIn.tokyo + 10 * minuteMs);
    },
  );

  test("of a sender ends at midnight in the sender's zone", () => {
    const lane = { timeZone: newYork!, sentToday: 30, campaigns: [campaignFacts(inTokyo)] };
    expect(opens(laneFacts(lane))).toEqual(['sender_daily_limit', midnightIn.newYork]);
  });

  test("of a cap on a domain ends at midnight in the campaign's zone", () => {
    const lane = laneFacts({ timeZone: newYork!, campaigns: [campaignFacts(inTokyo)] });
    const reached = [{ kind: 'domain' as const, used: 2, limit: 2 }];
    const work = { campaignId: 'c1', touch: 'email', dueAt: 0, zone: 'Europe/Berlin', reached };
    const found = constraintsAt(lane, work, now).find(({ because }) => because === 'domain_limit');
    expect(found?.from(now)).toBe(midnightIn.tokyo);
  });

  test("of a ramp-up begins at midnight in the sender's zone", () => {
    const rampUp = { start: 5, step: 2, every_days: 2, started_on: '2026-03-01' };
    const lane = (sentToday: number) =>
      laneFacts({ timeZone: tokyo!, sentToday, limits: { ...limits30, rampUp } });
    // In Tokyo the third day begins as it is 15:00 in UTC on the second.
    expect([4, 5].map((sent) => countOf(lane(sent), midnightIn.tokyo - minuteMs))).toEqual([1, 0]);
    const third = (sent: number) => ({ ...lane(sent), lastAt: midnightIn.tokyo - hourMs });
    const later = midnightIn.tokyo + hourMs;
    expect([6, 7].map((sent) => countOf(third(sent), later))).toEqual([1, 0]);
    expect(
      countOf({ ...lane(29), limits: { ...limits30, rampUp: { ...rampUp, start: 90 } } }, later),
    ).toBe(1);
    expect(
      countOf({ ...lane(30), limits: { ...limits30, rampUp: { ...rampUp, start: 90 } } }, later),
    ).toBe(0);
  });

  test('before a ramp-up has begun allows its start', () => {
    const rampUp = { start: 5, step: 2, every_days: 1, started_on: '2026-03-09' };
    const lane = (sentToday: number) => laneFacts({ sentToday, limits: { ...limits30, rampUp } });
    expect([4, 5].map((sent) => countOf(lane(sent), now))).toEqual([1, 0]);
  });
});

describe('an hour', () => {
  // Clock hours of Kolkata begin at half past those of UTC.
  const half = monday9 + 30 * minuteMs;
  const kolkata = 'Asia/Kolkata';

  test("of a sender begins by the clock of the sender's zone, first quarter included", () => {
    const lane = (at: number) =>
      fast({
        timeZone: kolkata,
        limits: { ...limits30, perDay: 1_000_000, perHour: 3 },
        usage: [{ at, touch: 'message', n: 3 }],
      });
    expect(countOf(lane(half), half + 59 * minuteMs)).toBe(0);
    expect(countOf(lane(half), half + hourMs)).toBe(3);
    expect(countOf(lane(half - bucketMs), half)).toBe(3);
    const plan = planLane(lane(half), half + 59 * minuteMs);
    expect(plan).toMatchObject({ because: 'sender_hourly_limit', nextAt: half + hourMs });
  });

  test("of a campaign ends by the clock of the campaign's zone", () => {
    const schedule = { timeZone: kolkata, hours: null };
    const lane = fast({ campaigns: [campaignFacts({ schedule, hourly: { limit: 3, sent: 3 } })] });
    expect(planLane({ ...lane, lastAt: half - minuteMs }, half)).toMatchObject({
      because: 'campaign_hourly_limit',
      nextAt: half + hourMs,
    });
  });
});
