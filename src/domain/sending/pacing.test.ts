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

/** Runs a day from `from`: the instants at which touches happen when there is always work. */
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
  test('is the same for the same words, and spreads over the unit interval', () => {
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
  test('lets a sender that never sent begin at once within the day, and like any other when the day opens', () => {
    expect(pacedFrom(pace(), monday9 + hour)).toBeLessThanOrEqual(monday9 + hour);
    expect(pacedFrom(pace(), monday9)).toBe(
      pacedFrom(pace({ lastAt: monday9 - 24 * hour }), monday9),
    );
  });

  test("a campaign's limit is spread over the campaign's own day, when it is slower than the sender's cap over the sender's", () => {
    // In Auckland it is 22:00: the sender's day ends in two hours, the campaign's window in eight.
    const shares = [{ campaignId: 'c1', timeZone: 'UTC', schedules: [nineToFive], capacity: 10 }];
    const facts = pace({ timeZone: 'Pacific/Auckland', shares, lastAt: monday9, sentToday: 1 });
    const gap = pacedFrom(facts, monday9) - monday9;
    expect(gap).toBeGreaterThanOrEqual(0.7 * ((8 * hour) / 10.5));
    expect(gap).toBeLessThanOrEqual(1.3 * ((8 * hour) / 10.5) + 1);
  });

  test('spreads the day over its windows: all of the capacity, up to the end of the day', () => {
    const touches = runDay(pace(), monday9, monday9 + 8 * hour);
    expect(touches.length).toBe(30);
    expect(touches.at(-1)).toBeGreaterThan(monday9 + 6 * hour);
  });

  test('spreads a day of several zones over the hours of all of them', () => {
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

  test('does not burst after an outage: the first gap after it is the rest of the day over the rest of the capacity', () => {
    const resumed = pace({ lastAt: monday9 + 4 * hour, sentToday: 6, capacity: 24 });
    const gap = pacedFrom(resumed, monday9 + 4 * hour) - (monday9 + 4 * hour);
    expect(gap).toBeGreaterThanOrEqual(0.7 * ((4 * hour) / 24));
    expect(gap).toBeLessThanOrEqual(1.3 * ((4 * hour) / 24));
  });

  test('a new day begins within ten minutes of its first window, and not for all senders at once', () => {
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

  test('never goes under the minimum gap, whatever the day leaves, and answers the same every time', () => {
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
