import { describe, expect, test } from 'vitest';
import {
  campaignFacts,
  laneFacts,
  limits30,
  monday9,
  nineToFive,
} from '../../../test/factories/lane-facts.ts';
import { hourMs } from '../time.ts';
import { openingOf } from './constraint.ts';
import type { CampaignFacts, LaneFacts, SenderLimits } from './lane-facts.ts';
import { constraintsAt, planLane } from './planner.ts';

const { hours } = nineToFive;
const zones = ['America/New_York', 'Asia/Tokyo', 'Europe/Berlin', 'Europe/Rome'];
const local = new Map(zones.map((timeZone) => [timeZone, { timeZone, hours }]));

function lane(facts: Partial<CampaignFacts>, limits: Partial<SenderLimits> = {}): LaneFacts {
  return laneFacts({
    minGapMs: 0,
    limits: { ...limits30, ...limits },
    campaigns: [campaignFacts({ schedule: nineToFive, local, ...facts })],
  });
}

const planFrom = (instant: string, facts: LaneFacts) => {
  const plan = planLane(facts, monday9);
  return { ...plan, after: Math.floor((plan.nextAt! - Date.parse(instant)) / 600_000) };
};

describe('local hours', () => {
  test('a lane that is closed in every zone sleeps until the first of them opens', () => {
    const plan = planFrom(
      '2026-03-02T14:00:00Z',
      lane({ poolZones: ['America/New_York', 'Asia/Tokyo'] }),
    );
    expect(plan).toMatchObject({ send: null, because: 'local_hours', after: 0 });
  });

  test("prospects without a zone go by the campaign's hours, beside the others", () => {
    expect(
      planLane(lane({ poolZones: ['', 'America/New_York'] }), monday9 + hourMs).send?.picks,
    ).toEqual([{ pool: '' }]);
  });

  test('a zone without open hours answers never_open', () => {
    const never = new Map([['Asia/Tokyo', { timeZone: 'Asia/Tokyo', hours: [] }]]);
    expect(planLane(lane({ local: never, poolZones: ['Asia/Tokyo'] }), monday9)).toMatchObject({
      because: 'never_open',
      nextAt: null,
    });
  });

  test('zones come in the order in which their days end, then by name', () => {
    const facts = lane(
      { poolZones: ['', 'America/New_York', 'Europe/Berlin', 'Europe/Rome'] },
      { perDay: 1_000_000 },
    );
    expect(planLane(facts, monday9 + 5.5 * hourMs).send?.picks).toEqual([
      { pool: 'Europe/Berlin' },
      { pool: 'Europe/Rome' },
      { pool: '' },
      { pool: 'America/New_York' },
    ]);
  });

  test('a follow-up that is due in a closed zone waits, and lets the others go', () => {
    const waiting = {
      nodeId: 'n2',
      touch: 'email',
      waitMs: hourMs,
      anchorAt: monday9 - 9 * hourMs,
    };
    const night = { ...waiting, zone: 'America/New_York' };
    expect(planLane(lane({ followUps: [night] }), monday9 + hourMs).send?.picks).toEqual([
      { pool: '' },
    ]);
    const day = { ...waiting, anchorAt: monday9 - 8 * hourMs, zone: 'Europe/Berlin' };
    const picks = planLane(lane({ followUps: [night, day] }), monday9 + hourMs).send?.picks;
    expect(picks).toEqual([{ nodeId: 'n2', zone: 'Europe/Berlin', dueBefore: monday9 }]);
  });
});

describe('the constraints on one prospect', () => {
  const work = { campaignId: 'c1', touch: 'email', dueAt: 0 };
  const table: [string, Partial<Parameters<typeof constraintsAt>[1]>, string, string][] = [
    [
      'the hours of its zone bind',
      { zone: 'America/New_York' },
      'local_hours',
      '2026-03-02T14:00:00Z',
    ],
    [
      'a cap on its domain binds',
      { reached: [{ kind: 'domain', used: 2, limit: 2 }] },
      'domain_limit',
      '2026-03-03T09:00:00Z',
    ],
    [
      'a cap on its company binds',
      { reached: [{ kind: 'company', used: 9, limit: 2 }] },
      'company_limit',
      '2026-03-03T09:00:00Z',
    ],
    [
      'a cap that has room does not bind',
      { reached: [{ kind: 'domain', used: 1, limit: 2 }] },
      'pacing',
      '2026-03-02T09:00:00Z',
    ],
  ];
  test.each(table)('%s', (_name, given, because, opens) => {
    const opening = openingOf(
      constraintsAt(lane({}), { ...work, zone: '', ...given }, monday9),
      monday9,
    );
    expect(opening.because).toBe(because);
    expect(Math.floor((opening.at! - Date.parse(opens)) / 600_000)).toBe(0);
  });
});
