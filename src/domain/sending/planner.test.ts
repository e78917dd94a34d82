import { describe, expect, test } from 'vitest';
import { normaliseHours } from '../hours/schedule.ts';
import {
  type CampaignFacts,
  type LaneFacts,
  type LanePlan,
  planLane,
  planLanes,
  type SenderLimits,
} from './planner.ts';

const monday9 = Date.parse('2026-03-02T09:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const nineToFive = {
  timeZone: 'UTC',
  hours: normaliseHours({ mon: { start: 540, end: 1020 }, tue: { start: 540, end: 1020 } }),
};
const always = { timeZone: 'UTC', hours: null };

function campaign(facts: Partial<CampaignFacts> = {}): CampaignFacts {
  const limits = {
    dailyLimit: null,
    sentToday: 0,
    accountLimit: null,
    sentTodayBySender: 0,
    senders: 1,
  };
  const pool = { poolFrom: 0, poolTouch: 'email', poolZones: [''] };
  return {
    campaignId: 'c1',
    schedule: always,
    local: new Map(),
    ...limits,
    followUps: [],
    pauses: [],
    ...pool,
    ...facts,
  };
}

const limits: SenderLimits = {
  perDay: 30,
  day: 'calendar',
  perHour: null,
  perWeek: {},
  rampUp: null,
};

function lane(facts: Partial<LaneFacts> = {}): LaneFacts {
  const base = {
    senderId: 's1',
    status: 'active',
    timeZone: 'UTC',
    limits,
    sentToday: 0,
    usage: [],
    minGapMs: minute,
    lastAt: null,
  };
  return { ...base, campaigns: [campaign()], ...facts };
}

/** A day may begin up to ten minutes after it opens. */
function expectSleep(plan: LanePlan, because: string, until: number | null): void {
  expect(plan).toMatchObject({ send: null, because });
  if (until === null) expect(plan.nextAt).toBeNull();
  else expect(Math.floor((plan.nextAt! - until) / (10 * minute))).toBe(0);
}

const followUp = {
  nodeId: 'n2',
  touch: 'email',
  waitMs: 2 * hour,
  anchorAt: monday9 - 3 * hour,
  zone: '',
};

describe('what binds', () => {
  const table: [string, LaneFacts, string, string | null][] = [
    [
      'a sender that is not active sleeps until it is woken',
      lane({ status: 'paused' }),
      'sender_not_active',
      null,
    ],
    [
      'without anybody to write to it sleeps until it is woken',
      lane({ campaigns: [campaign({ poolFrom: null })] }),
      'nothing_to_send',
      null,
    ],
    ['without a campaign too', lane({ campaigns: [] }), 'nothing_to_send', null],
    [
      'a delay that has not run out',
      lane({
        campaigns: [
          campaign({ poolFrom: null, followUps: [{ ...followUp, anchorAt: monday9 - hour }] }),
        ],
      }),
      'delay',
      '2026-03-02T10:00:00Z',
    ],
    [
      'a delay before the first touch',
      lane({ campaigns: [campaign({ poolFrom: monday9 + hour })] }),
      'delay',
      '2026-03-02T10:00:00Z',
    ],
    [
      'the sender has used up its day',
      lane({ sentToday: 30 }),
      'sender_daily_limit',
      '2026-03-03T00:00:00Z',
    ],
    [
      'the day is used up while the hours are open, however long they close later',
      lane({
        sentToday: 30,
        campaigns: [
          campaign({
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
      'its provider wants it to rest',
      lane({ quiet: { until: monday9 + 5 * hour, because: 'provider_rate_limit' } }),
      'provider_rate_limit',
      '2026-03-02T14:00:00Z',
    ],
    [
      "the sender's day is its own zone's",
      lane({ sentToday: 30, timeZone: 'America/New_York' }),
      'sender_daily_limit',
      '2026-03-03T05:00:00Z',
    ],
    [
      'the campaign has used up its day',
      lane({ campaigns: [campaign({ dailyLimit: 5, sentToday: 5 })] }),
      'campaign_daily_limit',
      '2026-03-03T00:00:00Z',
    ],
    [
      "the sender has used up its share of the campaign's day, and the campaign's zone counts",
      lane({
        campaigns: [
          campaign({
            schedule: { ...always, timeZone: 'Asia/Tokyo' },
            accountLimit: 2,
            sentTodayBySender: 2,
          }),
        ],
      }),
      'account_limit',
      '2026-03-02T15:00:00Z',
    ],
    [
      "the sender has used up the campaign's hour",
      lane({ campaigns: [campaign({ hourly: { limit: 8, sent: 8 } })] }),
      'campaign_hourly_limit',
      '2026-03-02T10:00:00Z',
    ],
    [
      "the campaign's hour is one of its own zone's clock",
      lane({
        campaigns: [
          campaign({
            schedule: { ...always, timeZone: 'Asia/Kolkata' },
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

  const quarter = 15 * minute;
  const used = (hoursAgo: number, n: number, touch = 'email') => ({
    at: monday9 - hoursAgo * hour,
    touch,
    n,
  });
  const rolling: [string, LaneFacts, string, number][] = [
    [
      'a rolling day: until enough of the last 24 hours has passed, a quarter of an hour at a time',
      lane({ limits: { ...limits, day: 'rolling' }, usage: [used(23, 10), used(2, 20)] }),
      'sender_daily_limit',
      monday9 + hour + quarter,
    ],
    [
      'an hour that is used up, until the next clock hour',
      lane({ limits: { ...limits, perHour: 4 }, usage: [used(0, 4)] }),
      'sender_hourly_limit',
      monday9 + hour,
    ],
    [
      'notes that are used up, where one must go with the touch, until the oldest is 30 days old',
      lane({
        limits: { ...limits, perMonthNotes: 5 },
        usage: [
          { ...used(30 * 24 - 2, 9), notes: 3 },
          { ...used(9, 4), notes: 2 },
        ],
        campaigns: [campaign({ poolNoted: true })],
      }),
      'note_quota',
      monday9 + 2 * hour + quarter,
    ],
    [
      'seven days that are used up, by type of touch',
      lane({
        limits: { ...limits, perWeek: { email: 50 } },
        usage: [used(7 * 24 - 3, 30), used(50, 20), used(40, 99, 'message')],
      }),
      'sender_weekly_limit',
      monday9 + 3 * hour + quarter,
    ],
    [
      'a ramp-up: on its second day the limit is the start and one step',
      lane({
        limits: {
          ...limits,
          rampUp: { start: 5, step: 2, every_days: 1, started_on: '2026-03-01' },
        },
        sentToday: 7,
      }),
      'sender_daily_limit',
      monday9 + 15 * hour,
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

  test('closed hours bind until they open', () => {
    const plan = planLane(
      lane({ campaigns: [campaign({ schedule: nineToFive })] }),
      monday9 - 2 * hour,
    );
    expectSleep(plan, 'operating_hours', monday9);
  });

  test('hours that never open say so', () => {
    const plan = planLane(
      lane({ campaigns: [campaign({ schedule: { timeZone: 'UTC', hours: [] } })] }),
      monday9,
    );
    expect(plan).toEqual({ send: null, because: 'never_open', nextAt: null });
  });

  test('a used-up day and closed hours together lead to the next opening', () => {
    const plan = planLane(
      lane({ sentToday: 30, campaigns: [campaign({ schedule: nineToFive })] }),
      monday9,
    );
    expectSleep(plan, 'sender_daily_limit', monday9 + 24 * hour);
  });

  test('the earliest of several campaigns decides when to wake', () => {
    const later = campaign({ campaignId: 'c2', poolFrom: monday9 + 3 * hour });
    const sooner = campaign({ campaignId: 'c3', poolFrom: monday9 + 2 * hour });
    expect(planLane(lane({ campaigns: [later, sooner] }), monday9).nextAt).toBe(monday9 + 2 * hour);
  });
});

describe('what is sent', () => {
  test('one person of the pool, and the next after the gap', () => {
    const plan = planLane(lane(), monday9);
    expect(plan.send).toEqual({ campaignId: 'c1', count: 1, picks: [{ pool: '' }] });
    // 15 hours of the day are left for 29 touches: about half an hour each, give or take 30 %.
    expect(plan.nextAt).toBeGreaterThanOrEqual(monday9 + 0.7 * ((15 * hour) / 29));
    expect(plan.nextAt).toBeLessThanOrEqual(monday9 + 1.3 * ((15 * hour) / 29));
  });

  test('follow-ups come before first touches, the longest due node first', () => {
    const followUps = [{ ...followUp, nodeId: 'n3', anchorAt: monday9 - 150 * minute }, followUp];
    const facts = lane({
      minGapMs: 0,
      limits: { ...limits, perDay: 1_000_000 },
      campaigns: [campaign({ followUps })],
    });
    expect(planLane(facts, monday9).send?.picks).toEqual([
      { nodeId: 'n2', zone: '', dueBefore: monday9 - 2 * hour },
      { nodeId: 'n3', zone: '', dueBefore: monday9 - 2 * hour },
    ]);
    expect(planLane(lane({ campaigns: [campaign({ followUps })] }), monday9).send).toMatchObject({
      count: 1,
      picks: [{ nodeId: 'n2' }],
    });
  });

  test('a follow-up that is not due does not keep the pool waiting', () => {
    const followUps = [{ ...followUp, anchorAt: monday9 }];
    expect(planLane(lane({ campaigns: [campaign({ followUps })] }), monday9).send?.picks).toEqual([
      { pool: '' },
    ]);
  });

  test('campaigns take turns: the one with fewer touches today goes first', () => {
    const busy = campaign({ campaignId: 'busy', sentTodayBySender: 3 });
    const quiet = campaign({ campaignId: 'quiet', sentTodayBySender: 2 });
    expect(planLane(lane({ campaigns: [busy, quiet] }), monday9).send?.campaignId).toBe('quiet');
  });

  test('a closed campaign gives its turn to an open one', () => {
    const closed = campaign({
      campaignId: 'closed',
      schedule: { timeZone: 'UTC', hours: normaliseHours({ tue: { start: 0, end: 60 } }) },
    });
    const open = campaign({ campaignId: 'open', sentTodayBySender: 9 });
    expect(planLane(lane({ campaigns: [closed, open] }), monday9).send?.campaignId).toBe('open');
  });

  test('a fast sender takes a few in one tick, never more than its limits leave', () => {
    const fast = lane({ minGapMs: 0, limits: { ...limits, perDay: 1_000_000 } });
    expect(planLane(fast, monday9).send?.count).toBe(4);
    expect(
      planLane({ ...fast, sentToday: 999_997, campaigns: [campaign()] }, monday9 + 15 * hour - 10)
        .send?.count,
    ).toBe(3);
    const limited = campaign({ dailyLimit: 10, sentToday: 8 });
    expect(planLane({ ...fast, campaigns: [limited] }, monday9).send?.count).toBeLessThanOrEqual(2);
  });

  test("lanes that are planned together share what is left of a campaign's day", () => {
    const lanes = ['a', 'b', 'c'].map((senderId) =>
      lane({ senderId, campaigns: [campaign({ dailyLimit: 10, sentToday: 8, senders: 3 })] }),
    );
    const plans = [...planLanes(lanes, monday9).values()];
    expect(plans.map((plan) => plan.send?.count ?? 0)).toEqual([1, 1, 0]);
    expect(plans[2]?.because).toBe('campaign_daily_limit');
  });
});

test('a fast sender takes no more than an hourly limit of its campaign leaves', () => {
  const fast = { limits: { ...limits, perDay: 1_000_000 }, minGapMs: 0, lastAt: monday9 - hour };
  const sends = (hourly?: { limit: number; sent: number }) =>
    planLane(lane({ ...fast, campaigns: [campaign(hourly ? { hourly } : {})] }), monday9).send
      ?.count;
  expect([sends(), sends({ limit: 8, sent: 6 }), sends({ limit: 8, sent: 7 })]).toEqual([4, 2, 1]);
});

test('notes that are used up stop neither touches without one, nor any where they are not counted', () => {
  const usage = [{ at: monday9 - hour, touch: 'connection_request', n: 6, notes: 5 }];
  const invites = { poolTouch: 'connection_request' };
  const limited = { ...limits, perMonthNotes: 5 };
  const of = (own: SenderLimits, campaigns: CampaignFacts[]) =>
    planLane(lane({ limits: own, usage, campaigns }), monday9 + hour);
  expect(of(limited, [campaign(invites)]).send).not.toBeNull();
  expect(of(limits, [campaign({ ...invites, poolNoted: true })]).send).not.toBeNull();
  const must = campaign({ ...invites, campaignId: 'c2', poolNoted: true });
  expect(of(limited, [must, campaign(invites)]).send).toMatchObject({ campaignId: 'c1' });
  const due = { ...followUp, touch: 'connection_request', anchorAt: monday9 - 9 * hour };
  const both = campaign({
    poolFrom: null,
    followUps: [
      { ...due, nodeId: 'must', noted: true },
      { ...due, nodeId: 'may' },
    ],
  });
  expect(of(limited, [both]).send?.picks).toEqual([expect.objectContaining({ nodeId: 'may' })]);
});
