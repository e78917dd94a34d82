import { describe, expect, test } from 'vitest';
import {
  campaignFacts,
  dueFollowUp,
  laneFacts,
  limits30,
  monday9,
} from '../../../test/factories/lane-facts.ts';
import { dayMs, hourMs, minuteMs } from '../time.ts';
import { openingOf } from './constraint.ts';
import type { CampaignFacts, LaneFacts, Quiet } from './lane-facts.ts';
import { constraintsAt, planLane, planLanes } from './planner.ts';

/** A sender that only its limits keep from taking four prospects in a tick. */
const fast = (facts: Partial<LaneFacts> = {}) =>
  laneFacts({ minGapMs: 0, limits: { ...limits30, perDay: 1_000_000 }, ...facts });
const countOf = (facts: LaneFacts, now: number) => planLane(facts, now).send?.count ?? 0;
const campaign = (facts: Partial<CampaignFacts>) => fast({ campaigns: [campaignFacts(facts)] });
/** Ten milliseconds before midnight, where the pace leaves a full tick whatever a limit is. */
const night = monday9 + 15 * hourMs - 10;
const used = (ago: number, n: number, touch = 'email') => ({ at: monday9 - ago, touch, n });

/** A lane with `n` touches left of one limit. */
const rooms: [string, (n: number) => LaneFacts][] = [
  ['daily limit', (n) => fast({ sentToday: 1_000_000 - n })],
  [
    'rolling daily limit',
    (n) =>
      fast({
        limits: { ...limits30, perDay: 1_000_000, day: 'rolling' },
        usage: [used(hourMs, 1_000_000 - n)],
      }),
  ],
  [
    'hourly limit',
    (n) =>
      fast({
        limits: { ...limits30, perDay: 1_000_000, perHour: 9 },
        usage: [used(-14 * hourMs, 9 - n)],
      }),
  ],
  [
    'weekly limit',
    (n) =>
      fast({
        limits: { ...limits30, perDay: 1_000_000, perWeek: { email: 9 } },
        usage: [used(dayMs, 9 - n), used(dayMs, 9, 'message')],
      }),
  ],
  [
    'note quota',
    (n) =>
      fast({
        limits: { ...limits30, perDay: 1_000_000, perMonthNotes: 9 },
        usage: [{ ...used(29 * dayMs, 20), notes: 9 - n }],
        campaigns: [campaignFacts({ poolNoted: true })],
      }),
  ],
  ["campaign's daily limit", (n) => campaign({ dailyLimit: 10, sentToday: 10 - n })],
  [
    "campaign's limit for an account",
    (n) => campaign({ accountLimit: 9, sentTodayBySender: 9 - n }),
  ],
  ["campaign's hourly limit", (n) => campaign({ hourly: { limit: 9, sent: 9 - n } })],
];

describe.each(rooms)('a fast lane with a %s', (_name, lane) => {
  test('takes as many as are left of it, and four at most', () => {
    const counts = [0, 1, 2, 3, 4, 5].map((left) => countOf(lane(left), night));
    expect(counts).toEqual([0, 1, 2, 3, 4, 4]);
  });
});

describe('lanes of one tick', () => {
  const lanes = (facts: Partial<CampaignFacts>, names = ['a', 'b', 'c']) =>
    names.map((senderId) => ({ ...campaign(facts), senderId }));
  const counts = (...given: Parameters<typeof planLanes>) =>
    [...planLanes(...given).values()].map((plan) => plan.send?.count ?? 0);

  test('take together as many as are left of the limit that they share', () => {
    const ofCampaign = (sent: number) => lanes({ dailyLimit: 10, sentToday: sent, senders: 3 });
    expect(counts(ofCampaign(0), night)).toEqual([4, 4, 2]);
    expect(counts(ofCampaign(4), night)).toEqual([4, 2, 0]);
    expect(counts(ofCampaign(9), night)).toEqual([1, 0, 0]);
    const plans = [...planLanes(ofCampaign(4), night).values()];
    expect(plans[2]).toMatchObject({ send: null, because: 'campaign_daily_limit' });
  });

  test('take nothing from the limit of another campaign', () => {
    const [a] = lanes({ campaignId: 'one', dailyLimit: 4 });
    const [b] = lanes({ campaignId: 'two', dailyLimit: 4 }, ['b']);
    expect(counts([a!, b!], night)).toEqual([4, 4]);
  });

  test("leave out those that come at an earlier one's next turn or later", () => {
    const slow = ['a', 'b', 'c'].map((senderId) => laneFacts({ senderId }));
    const turn = planLane(slow[0]!, monday9).nextAt!;
    const planned = (second: number) => [
      ...planLanes(
        slow,
        monday9,
        new Map([
          ['b', second],
          ['c', turn + hourMs],
        ]),
      ).keys(),
    ];
    expect([planned(turn - 1), planned(turn)]).toEqual([['a', 'b'], ['a']]);
  });

  test('are each planned for their own instant', () => {
    const slow = ['a', 'b'].map((senderId) => laneFacts({ senderId }));
    const at = monday9 + minuteMs;
    const plans = planLanes(slow, monday9, new Map([['b', at]]));
    expect(plans.get('a')).toEqual(planLane(slow[0]!, monday9));
    expect(plans.get('b')).toEqual(planLane(slow[1]!, at));
  });
});

describe('a rest that a provider asked for', () => {
  const quiet: Quiet = { until: monday9 + hourMs, because: 'provider_unreachable' };

  test('ends at its instant, and is told as asked', () => {
    expect(planLane(fast({ quiet }), quiet.until - 1)).toMatchObject({
      send: null,
      because: 'provider_unreachable',
    });
    expect(planLane(fast({ quiet }), quiet.until).send).not.toBeNull();
  });
});

describe('works of one lane', () => {
  test('are due at the instant itself, and not a millisecond before', () => {
    const due = (n: number) =>
      campaignFacts({ poolFrom: null, followUps: [{ ...dueFollowUp, anchorAt: n }] });
    const lane = (anchor: number) => laneFacts({ campaigns: [due(anchor)] });
    const anchor = monday9 - dueFollowUp.waitMs;
    expect(planLane(lane(anchor), monday9).send).not.toBeNull();
    expect(planLane(lane(anchor), monday9 - 1).send).toBeNull();
  });

  test('wait for those that are due, longest first, before the pool of another campaign', () => {
    const pool = campaignFacts({ campaignId: 'pool' });
    const follow = (campaignId: string, anchorAt: number) =>
      campaignFacts({
        campaignId,
        sentTodayBySender: 7,
        poolFrom: null,
        followUps: [{ ...dueFollowUp, anchorAt }],
      });
    const campaigns = [
      pool,
      follow('later', monday9 - 3 * hourMs),
      follow('sooner', monday9 - 4 * hourMs),
    ];
    expect(planLane(laneFacts({ campaigns }), monday9).send?.campaignId).toBe('sooner');
  });

  test('of a touch whose weekly limit is used up give way to those of another touch', () => {
    const limits = { ...limits30, perWeek: { connection_request: 3 } };
    const usage = [used(dayMs, 3, 'connection_request')];
    const campaigns = [
      campaignFacts({
        poolTouch: 'message',
        followUps: [{ ...dueFollowUp, touch: 'connection_request' }],
      }),
    ];
    expect(planLane(laneFacts({ limits, usage, campaigns }), monday9).send?.picks).toEqual([
      { pool: '' },
    ]);
  });
});

describe('a plan', () => {
  test('tells why a sender that is no longer active sleeps', () => {
    const because = (status: string) => planLane(laneFacts({ status }), monday9);
    const asleep = { send: null, nextAt: null };
    expect(because('inbox_unreachable')).toEqual({ ...asleep, because: 'inbox_unreachable' });
    expect(because('error')).toEqual({ ...asleep, because: 'sender_not_active' });
  });

  test('wakes for a campaign that opens, not for one that never does, in any order', () => {
    const never = campaignFacts({ campaignId: 'never', schedule: { timeZone: 'UTC', hours: [] } });
    const later = campaignFacts({ campaignId: 'later', poolFrom: monday9 + hourMs });
    for (const campaigns of [
      [never, later],
      [later, never],
    ])
      expect(planLane(laneFacts({ campaigns }), monday9)).toEqual({
        send: null,
        nextAt: monday9 + hourMs,
        because: 'delay',
      });
  });

  test('takes the touches of half a second, and comes again a gap after the last', () => {
    const every = (minGapMs: number) => planLane(fast({ minGapMs }), monday9);
    expect([501, 500, 251, 250, 166].map((ms) => every(ms).send?.count)).toEqual([1, 1, 1, 2, 3]);
    expect(every(250).nextAt).toBe(monday9 + 500);
  });

  test('of a lane that sleeps for good keeps no other lane from its plan', () => {
    const lanes = [laneFacts({ status: 'paused' }), laneFacts({ senderId: 's2' })];
    expect([...planLanes(lanes, monday9).keys()]).toEqual(['s1', 's2']);
  });
});

describe('the constraints on a prospect', () => {
  const work = { campaignId: 'c1', touch: 'email', dueAt: 0, zone: '' };

  test('are none where the sender does not send for its campaign', () => {
    expect(constraintsAt(laneFacts({ campaigns: [] }), work, monday9)).toEqual([]);
  });

  test('have the pace of the campaign also where nobody waits in it now', () => {
    const idle = campaignFacts({ poolFrom: null, accountLimit: 2, sentTodayBySender: 1 });
    const lane = fast({ lastAt: monday9, sentToday: 1, campaigns: [idle] });
    const pacing = constraintsAt(lane, work, monday9).find(({ because }) => because === 'pacing');
    expect(pacing!.from(monday9)).toBeGreaterThan(monday9 + hourMs);
    const busy = { ...lane, campaigns: [idle, campaignFacts({ campaignId: 'c2' })] };
    const [own] = constraintsAt(busy, work, monday9).slice(-1);
    expect(own!.from(monday9)).toBeLessThan(monday9 + hourMs);
  });
});

describe('the constraint that binds', () => {
  const until = (at: number) => (from: number) => Math.max(at, from);

  test('is the one that moves the instant the furthest, of those closed now', () => {
    const constraints = [
      { because: 'delay' as const, from: until(monday9 + 2 * hourMs) },
      { because: 'account_limit' as const, from: until(monday9 + 5 * hourMs) },
      { because: 'sender_daily_limit' as const, from: until(monday9 + 6 * hourMs) },
    ];
    expect(openingOf(constraints, monday9)).toEqual({
      at: monday9 + 6 * hourMs,
      because: 'account_limit',
    });
  });

  test('is told as never only where it never opens', () => {
    const never = (because: 'operating_hours' | 'local_hours' | 'account_limit') =>
      openingOf([{ because, from: () => null }], monday9);
    expect(never('operating_hours')).toEqual({ at: null, because: 'never_open' });
    expect(never('local_hours')).toEqual({ at: null, because: 'never_open' });
    expect(never('account_limit')).toEqual({ at: null, because: 'account_limit' });
  });
});
