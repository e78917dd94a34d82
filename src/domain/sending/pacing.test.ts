import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseHours } from '../hours/schedule.ts';
import { type Pace, pacedFrom, seeded } from './pacing.ts';

const hour = 3_600_000;
const monday9 = Date.parse('2026-03-02T09:00:00Z');
const nineToFive = {
  timeZone: 'UTC',
  hours: normaliseHours({ mon: { start: 540, end: 1020 }, tue: { start: 540, end: 1020 } }),
};

function pace(facts: Partial<Pace> = {}): Pace {
  const base = {
    senderId: 's1',
    timeZone: 'UTC',
    rolling: false,
    capacity: 30,
    shares: [{ campaignId: 'c1', timeZone: 'UTC', schedules: [nineToFive], capacity: Infinity }],
    sentToday: 0,
    minGapMs: 60_000,
    lastAt: null,
  };
  return { ...base, ...facts };
}

/** The instants between `from` and `to` at which a lane touches when it always has work. */
function runDay(start: Pace, from: number, to: number): number[] {
  const touches: number[] = [];
  let current = start;
  for (
    let at = pacedFrom(current, from);
    at < to && current.capacity > 0;
    at = pacedFrom(current, at)
  ) {
    touches.push(at);
    current = {
      ...current,
      lastAt: at,
      sentToday: current.sentToday + 1,
      capacity: current.capacity - 1,
    };
  }
  return touches;
}

describe('seeded', () => {
  test('returns the same number for the same words, and spreads over [0, 1)', () => {
    expect(seeded('a', 1)).toBe(seeded('a', 1));
    const numbers = Array.from({ length: 2_000 }, (_, i) => seeded('s', i));
    expect(numbers.every((n) => n >= 0 && n < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = numbers.filter((n) => Math.floor(n * 10) === tenth).length / numbers.length;
      expect(share).toBeGreaterThan(0.07);
      expect(share).toBeLessThan(0.13);
    }
  });
});

describe('pacedFrom', () => {
  test('lets a new sender begin at once within the day, like any other as the day opens', () => {
    expect(pacedFrom(pace(), monday9 + hour)).toBeLessThanOrEqual(monday9 + hour);
    expect(pacedFrom(pace(), monday9)).toBe(
      pacedFrom(pace({ lastAt: monday9 - 24 * hour }), monday9),
    );
  });

  test("spreads a campaign's limit over the campaign's day where that is slower", () => {
    // It is 22:00 in Auckland: the sender's day ends in two hours, the campaign's window in eight.
    const shares = [{ campaignId: 'c1', timeZone: 'UTC', schedules: [nineToFive], capacity: 10 }];
    const facts = pace({ timeZone: 'Pacific/Auckland', shares, lastAt: monday9, sentToday: 1 });
    const gap = pacedFrom(facts, monday9) - monday9;
    expect(gap).toBeGreaterThanOrEqual(0.7 * ((8 * hour) / 10.5));
    expect(gap).toBeLessThanOrEqual(1.3 * ((8 * hour) / 10.5) + 1);
  });

  test('keeps the pace of a campaign beside one that is closed, and one that has no room', () => {
    const open = { campaignId: 'c1', timeZone: 'UTC', schedules: [nineToFive], capacity: 4 };
    const closed = { ...nineToFive, hours: normaliseHours({ sat: { start: 540, end: 1020 } }) };
    const gap = (...others: object[]) => {
      const shares = [open, ...others.map((other) => ({ ...open, ...other }))];
      return pacedFrom(pace({ shares, lastAt: monday9, sentToday: 1 }), monday9) - monday9;
    };
    expect(gap({ schedules: [closed] }, { capacity: 0 })).toBe(gap());
    expect(gap({})).toBeLessThan(gap());
  });

  test('spreads all of the capacity over the open hours, up to the end of the day', () => {
    const touches = runDay(pace(), monday9, monday9 + 8 * hour);
    expect(touches.length).toBe(30);
    expect(touches.at(-1)).toBeGreaterThan(monday9 + 6 * hour);
  });

  test('spreads the touches over the hours of all zones', () => {
    const newYork = { ...nineToFive, timeZone: 'America/New_York' };
    const shares = [
      { campaignId: 'c1', timeZone: 'UTC', schedules: [nineToFive, newYork], capacity: Infinity },
    ];
    const touches = runDay(pace({ shares }), monday9, monday9 + 13 * hour);
    expect(touches.length).toBe(30);
    expect(touches.at(-1)).toBeGreaterThan(monday9 + 11 * hour);
    expect(
      pacedFrom(pace({ shares: [{ ...shares[0]!, schedules: [newYork] }] }), monday9),
    ).toBeGreaterThanOrEqual(monday9 + 5 * hour);
  });

  test('spreads the rest of the capacity over the rest of the day after an outage', () => {
    const resumed = pace({ lastAt: monday9 + 4 * hour, sentToday: 6, capacity: 24 });
    const gap = pacedFrom(resumed, monday9 + 4 * hour) - (monday9 + 4 * hour);
    expect(gap).toBeGreaterThanOrEqual(0.7 * ((4 * hour) / 24));
    expect(gap).toBeLessThanOrEqual(1.3 * ((4 * hour) / 24));
  });

  test('begins a day up to ten minutes after its first window opens, each sender apart', () => {
    const tuesday9 = monday9 + 24 * hour;
    const starts = Array.from({ length: 20 }, (_, i) =>
      pacedFrom(pace({ senderId: `s${i}`, lastAt: monday9 + 7 * hour }), tuesday9 - hour),
    );
    for (const at of starts) {
      expect(at).toBeGreaterThanOrEqual(tuesday9);
      expect(at).toBeLessThanOrEqual(tuesday9 + 10 * 60_000);
    }
    expect(new Set(starts).size).toBe(20);
  });

  test('keeps the minimum gap over midnight, where hours never close', () => {
    const midnight = monday9 + 15 * hour;
    const shares = [{ ...pace().shares[0]!, schedules: [{ timeZone: 'UTC', hours: null }] }];
    for (let i = 0; i < 20; i++) {
      const facts = pace({ senderId: `s${i}`, shares, minGapMs: hour, lastAt: midnight - 10_000 });
      expect(pacedFrom(facts, midnight - 1)).toBeGreaterThanOrEqual(midnight - 10_000 + hour);
      expect(pacedFrom(facts, midnight)).toBe(midnight - 10_000 + hour);
      expect(pacedFrom({ ...facts, lastAt: midnight - hour }, midnight)).toBeLessThanOrEqual(
        midnight + 10 * 60_000,
      );
    }
  });

  test('takes a touch at midnight itself for one of the new day', () => {
    const midnight = monday9 + 15 * hour;
    const shares = [{ ...pace().shares[0]!, schedules: [{ timeZone: 'UTC', hours: null }] }];
    const facts = pace({ shares, sentToday: 1, capacity: 24, lastAt: midnight });
    const gap = pacedFrom(facts, midnight) - midnight;
    expect(gap).toBeGreaterThanOrEqual(0.7 * ((24 * hour) / 24.5));
  });

  test('spreads a cap of any 24 hours over the next 24, not over the rest of the day', () => {
    const shares = [{ ...pace().shares[0]!, schedules: [{ timeZone: 'UTC', hours: null }] }];
    const lastAt = monday9 + 14 * hour;
    const gap = pacedFrom(pace({ shares, rolling: true, capacity: 24, lastAt }), lastAt) - lastAt;
    expect(gap).toBeGreaterThanOrEqual(0.7 * ((24 * hour) / 24.5));
  });

  test('never goes under the minimum gap, and returns the same instant every time', () => {
    const paces = fc.record({
      capacity: fc.integer({ min: 0, max: 100_000 }),
      sentToday: fc.integer({ min: 0, max: 1000 }),
      minGapMs: fc.integer({ min: 0, max: 3 * hour }),
      since: fc.integer({ min: 0, max: 72 * hour }),
      ahead: fc.integer({ min: 0, max: 48 * hour }),
    });
    fc.assert(
      fc.property(paces, ({ since, ahead, ...rest }) => {
        const lastAt = monday9 + since;
        const facts = pace({ ...rest, lastAt });
        const at = pacedFrom(facts, lastAt + ahead);
        expect(at).toBeGreaterThanOrEqual(lastAt + rest.minGapMs);
        expect(pacedFrom(facts, lastAt + ahead)).toBe(at);
      }),
    );
  });
});
