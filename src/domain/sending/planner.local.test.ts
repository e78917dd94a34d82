import { describe, expect, test } from 'vitest';
import { normaliseHours } from '../hours/schedule.ts';
import { openingOf } from './constraint.ts';
import { type CampaignFacts, constraintsAt, type LaneFacts, planLane } from './planner.ts';

const hour = 3_600_000;
const monday9 = Date.parse('2026-03-02T09:00:00Z');
const hours = normaliseHours({ mon: { start: 540, end: 1020 }, tue: { start: 540, end: 1020 } });
const zones = ['America/New_York', 'Asia/Tokyo', 'Europe/Berlin', 'Europe/Rome'];
const local = new Map(zones.map((timeZone) => [timeZone, { timeZone, hours }]));

function lane(facts: Partial<CampaignFacts>, limits: Partial<LaneFacts['limits']> = {}): LaneFacts {
  const counts = {
    dailyLimit: null,
    sentToday: 0,
    accountLimit: null,
    sentTodayBySender: 0,
    senders: 1,
  };
  const work = { followUps: [], pauses: [], poolFrom: 0, poolTouch: 'email', poolZones: [''] };
  const campaign = {
    campaignId: 'c1',
    schedule: { timeZone: 'UTC', hours },
    local,
    ...counts,
    ...work,
    ...facts,
  };
  const sender = {
    senderId: 's1',
    status: 'active',
    timeZone: 'UTC',
    sentToday: 0,
    usage: [],
    minGapMs: 0,
    lastAt: null,
  };
  return {
    ...sender,
    limits: { perDay: 30, day: 'calendar', perHour: null, perWeek: {}, rampUp: null, ...limits },
    campaigns: [campaign],
  };
}

const minutes = (instant: string, facts: LaneFacts) => {
  const plan = planLane(facts, monday9);
  return { ...plan, after: Math.floor((plan.nextAt! - Date.parse(instant)) / 600_000) };
};

describe('hours by the clock of the person', () => {
  test('closed where everybody lives, they open there: the earliest of the zones', () => {
    const plan = minutes(
      '2026-03-02T14:00:00Z',
      lane({ poolZones: ['America/New_York', 'Asia/Tokyo'] }),
    );
    expect(plan).toMatchObject({ send: null, because: 'local_hours', after: 0 });
  });

  test('people of no known zone go by the campaign, beside the others', () => {
    expect(
      planLane(lane({ poolZones: ['', 'America/New_York'] }), monday9 + hour).send?.picks,
    ).toEqual([{ pool: '' }]);
  });

  test('a zone that never opens says so', () => {
    const never = new Map([['Asia/Tokyo', { timeZone: 'Asia/Tokyo', hours: [] }]]);
    expect(planLane(lane({ local: never, poolZones: ['Asia/Tokyo'] }), monday9)).toMatchObject({
      because: 'never_open',
      nextAt: null,
    });
  });

  test('where the day ends first comes first, then by name', () => {
    const facts = lane(
      { poolZones: ['', 'America/New_York', 'Europe/Berlin', 'Europe/Rome'] },
      { perDay: 1_000_000 },
    );
    expect(planLane(facts, monday9 + 5.5 * hour).send?.picks).toEqual([
      { pool: 'Europe/Berlin' },
      { pool: 'Europe/Rome' },
      { pool: '' },
      { pool: 'America/New_York' },
    ]);
  });

  test('a follow-up that is due where it is night does not go out, and does not keep others waiting', () => {
    const waiting = { nodeId: 'n2', touch: 'email', waitMs: hour, anchorAt: monday9 - 9 * hour };
    const night = { ...waiting, zone: 'America/New_York' };
    expect(planLane(lane({ followUps: [night] }), monday9 + hour).send?.picks).toEqual([
      { pool: '' },
    ]);
    const day = { ...waiting, anchorAt: monday9 - 8 * hour, zone: 'Europe/Berlin' };
    const picks = planLane(lane({ followUps: [night, day] }), monday9 + hour).send?.picks;
    expect(picks).toEqual([{ nodeId: 'n2', zone: 'Europe/Berlin', dueBefore: monday9 }]);
  });
});

describe('what stands against one person', () => {
  const asked = { campaignId: 'c1', touch: 'email', dueAt: 0 };
  const table: [string, Partial<Parameters<typeof constraintsAt>[1]>, string, string][] = [
    [
      'the hours where they live',
      { zone: 'America/New_York' },
      'local_hours',
      '2026-03-02T14:00:00Z',
    ],
    [
      'a cap on their domain',
      { reached: [{ kind: 'domain', used: 2, limit: 2 }] },
      'domain_limit',
      '2026-03-03T09:00:00Z',
    ],
    [
      'a cap on their company',
      { reached: [{ kind: 'company', used: 9, limit: 2 }] },
      'company_limit',
      '2026-03-03T09:00:00Z',
    ],
    [
      'not a cap that has room',
      { reached: [{ kind: 'domain', used: 1, limit: 2 }] },
      'pacing',
      '2026-03-02T09:00:00Z',
    ],
  ];
  test.each(table)('%s', (_name, given, because, opens) => {
    const opening = openingOf(
      constraintsAt(lane({}), { ...asked, zone: '', ...given }, monday9),
      monday9,
    );
    expect(opening.because).toBe(because);
    expect(Math.floor((opening.at! - Date.parse(opens)) / 600_000)).toBe(0);
  });
});
