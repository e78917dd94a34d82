import { describe, expect, test } from 'vitest';
import {
  alwaysOpen,
  campaignFacts,
  dueFollowUp,
  laneFacts,
  limits30,
  monday9,
  nineToFive,
} from '../../../test/factories/lane-facts.ts';
import { normaliseHours } from '../hours/schedule.ts';
import { hourMs, minuteMs } from '../time.ts';
import type { LaneFacts } from './lane-facts.ts';
import { type LanePlan, planLane } from './planner.ts';

/** Expects a sleep; the first touch of a day may come up to ten minutes after its hours open. */
function expectSleep(plan: LanePlan, because: string, until: number | null): void {
  expect(plan).toMatchObject({ send: null, because });
  if (until === null) expect(plan.nextAt).toBeNull();
  else expect(Math.floor((plan.nextAt! - until) / (10 * minuteMs))).toBe(0);
}

describe('the constraint that binds', () => {
  const table: [string, LaneFacts, string, string | null][] = [
    [
      'an inactive sender sleeps until it is woken',
      laneFacts({ status: 'paused' }),
      'sender_not_active',
      null,
    ],
    [
      'a sender without prospects sleeps until it is woken',
      laneFacts({ campaigns: [campaignFacts({ poolFrom: null })] }),
      'nothing_to_send',
      null,
    ],
    [
      'a sender without a campaign sleeps too',
      laneFacts({ campaigns: [] }),
      'nothing_to_send',
      null,
    ],
    [
      'a follow-up waits until its delay is over',
      laneFacts({
        campaigns: [
          campaignFacts({
            poolFrom: null,
            followUps: [{ ...dueFollowUp, anchorAt: monday9 - hourMs }],
          }),
        ],
      }),
      'delay',
      '2026-03-02T10:00:00Z',
    ],
    [
      'a first touch waits until its delay is over',
      laneFacts({ campaigns: [campaignFacts({ poolFrom: monday9 + hourMs })] }),
      'delay',
      '2026-03-02T10:00:00Z',
    ],
    [
      'a sender that has used up its day waits for the next day',
      laneFacts({ sentToday: 30 }),
      'sender_daily_limit',
      '2026-03-03T00:00:00Z',
    ],
    [
      'the daily limit binds while the hours are open, however long they close later',
      laneFacts({
        sentToday: 30,
        campaigns: [
          campaignFacts({
            schedule: {
              timeZone: 'UTC',
              hours: normaliseHours({ mon: { start: 540, end: 1020 } }),
            },
          }),
        ],
      }),
      'sender_daily_limit',
      '2026-03-09T09:00:00Z',
    ],
    [
      'a sender rests as long as its provider asks',
      laneFacts({ quiet: { until: monday9 + 5 * hourMs, because: 'provider_rate_limit' } }),
      'provider_rate_limit',
      '2026-03-02T14:00:00Z',
    ],
    [
      "a sender's day begins at midnight in its own zone",
      laneFacts({ sentToday: 30, timeZone: 'America/New_York' }),
      'sender_daily_limit',
      '2026-03-03T05:00:00Z',
    ],
    [
      'a campaign that has used up its day waits for the next day',
      laneFacts({ campaigns: [campaignFacts({ dailyLimit: 5, sentToday: 5 })] }),
      'campaign_daily_limit',
      '2026-03-03T00:00:00Z',
    ],
    [
      "a sender that has used up its account limit waits for the next day in the campaign's zone",
      laneFacts({
        campaigns: [
          campaignFacts({
            schedule: { ...alwaysOpen, timeZone: 'Asia/Tokyo' },
            accountLimit: 2,
            sentTodayBySender: 2,
          }),
        ],
      }),
      'account_limit',
      '2026-03-02T15:00:00Z',
    ],
    [
      "a sender that has used up the campaign's hour waits for the next hour",
      laneFacts({ campaigns: [campaignFacts({ hourly: { limit: 8, sent: 8 } })] }),
      'campaign_hourly_limit',
      '2026-03-02T10:00:00Z',
    ],
    [
      "a campaign's hour begins by the clock of its own zone",
      laneFacts({
        campaigns: [
          campaignFacts({
            schedule: { ...alwaysOpen, timeZone: 'Asia/Kolkata' },
            hourly: { limit: 1, sent: 1 },
          }),
        ],
      }),
      'campaign_hourly_limit',
      '2026-03-02T09:30:00Z',
    ],
  ];
  test.each(table)('%s', (_name, facts, because, until) => {
    expectSleep(planLane(facts, monday9), because, until === null ? null : Date.parse(until));
  });

  const quarter = 15 * minuteMs;
  const used = (hoursAgo: number, n: number, touch = 'email') => ({
    at: monday9 - hoursAgo * hourMs,
    touch,
    n,
  });
  const rolling: [string, LaneFacts, string, number][] = [
    [
      'a rolling day ends when enough touches are 24 hours old, by quarters of an hour',
      laneFacts({ limits: { ...limits30, day: 'rolling' }, usage: [used(23, 10), used(2, 20)] }),
      'sender_daily_limit',
      monday9 + hourMs + quarter,
    ],
    [
      'a used-up hour ends with the clock hour',
      laneFacts({ limits: { ...limits30, perHour: 4 }, usage: [used(0, 4)] }),
      'sender_hourly_limit',
      monday9 + hourMs,
    ],
    [
      'used-up notes hold touches that need one, until the oldest note is 30 days old',
      laneFacts({
        limits: { ...limits30, perMonthNotes: 5 },
        usage: [
          { ...used(30 * 24 - 2, 9), notes: 3 },
          { ...used(9, 4), notes: 2 },
        ],
        campaigns: [campaignFacts({ poolNoted: true })],
      }),
      'note_quota',
      monday9 + 2 * hourMs + quarter,
    ],
    [
      'a used-up weekly limit of a touch ends when enough of its touches are seven days old',
      laneFacts({
        limits: { ...limits30, perWeek: { email: 50 } },
        usage: [used(7 * 24 - 3, 30), used(50, 20), used(40, 99, 'message')],
      }),
      'sender_weekly_limit',
      monday9 + 3 * hourMs + quarter,
    ],
    [
      'a used-up daily limit of a touch ends when one of its touches is a day old',
      laneFacts({
        limits: { ...limits30, perDayOf: { email: 5 } },
        usage: [used(24 - 2, 1), used(5, 4), used(4, 99, 'message')],
      }),
      'sender_daily_limit',
      monday9 + 2 * hourMs + quarter,
    ],
    [
      'a ramp-up allows its start and one step on the second day',
      laneFacts({
        limits: {
          ...limits30,
          rampUp: { start: 5, step: 2, every_days: 1, started_on: '2026-03-01' },
        },
        sentToday: 7,
      }),
      'sender_daily_limit',
      monday9 + 15 * hourMs,
    ],
  ];
  test.each(rolling)('%s', (_name, facts, because, until) => {
    expectSleep(planLane(facts, monday9), because, until);
    const usage = facts.usage.map((bucket) => ({
      ...bucket,
      n: bucket.n - 1,
      notes: (bucket.notes ?? 1) - 1,
    }));
    expect(
      planLane({ ...facts, sentToday: facts.sentToday - 1, usage }, monday9).send,
    ).not.toBeNull();
  });

  test('one kind of touch rests, and the others go on', () => {
    const rest = { until: monday9 + hourMs, reason: '', people: [], times: 1 };
    expectSleep(
      planLane(laneFacts({ rests: { email: rest } }), monday9),
      'provider_rate_limit',
      rest.until,
    );
    expect(planLane(laneFacts({ rests: { message: rest } }), monday9).send).not.toBeNull();
    const noted = { campaigns: [campaignFacts({ poolNoted: true })], rests: { note: rest } };
    expectSleep(planLane(laneFacts(noted), monday9), 'note_quota', rest.until);
    expect(planLane(laneFacts({ rests: { note: rest } }), monday9).send).not.toBeNull();
  });

  test('a lane sleeps until its operating hours open', () => {
    const plan = planLane(
      laneFacts({ campaigns: [campaignFacts({ schedule: nineToFive })] }),
      monday9 - 2 * hourMs,
    );
    expectSleep(plan, 'operating_hours', monday9);
  });

  test('a campaign without open hours answers never_open', () => {
    const plan = planLane(
      laneFacts({ campaigns: [campaignFacts({ schedule: { timeZone: 'UTC', hours: [] } })] }),
      monday9,
    );
    expect(plan).toEqual({ send: null, because: 'never_open', nextAt: null });
  });

  test('a lane with a used-up day and closed hours sleeps until the next opening', () => {
    const plan = planLane(
      laneFacts({ sentToday: 30, campaigns: [campaignFacts({ schedule: nineToFive })] }),
      monday9,
    );
    expectSleep(plan, 'sender_daily_limit', monday9 + 24 * hourMs);
  });

  test('a lane wakes for the earliest of its campaigns', () => {
    const later = campaignFacts({ campaignId: 'c2', poolFrom: monday9 + 3 * hourMs });
    const sooner = campaignFacts({ campaignId: 'c3', poolFrom: monday9 + 2 * hourMs });
    expect(planLane(laneFacts({ campaigns: [later, sooner] }), monday9).nextAt).toBe(
      monday9 + 2 * hourMs,
    );
  });
});
