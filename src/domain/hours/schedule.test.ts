import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { violationsOf } from '../../../test/oracle/cases.ts';
import { openByWall, wallClock, zones } from '../../../test/oracle/wall.ts';
import { dayMs, minuteMs } from '../time.ts';
import {
  closesAt,
  dayStart,
  isOpen,
  nextDayStart,
  nextOpen,
  normaliseHours,
  type OperatingHours,
  openIntervals,
  openMs,
  operatingHours,
} from './schedule.ts';

/** Windows of a day that is cut at random minutes; every other piece is open. */
const dayWindows = fc
  .uniqueArray(
    fc.oneof(fc.integer({ min: 0, max: 1440 }), fc.constantFrom(0, 60, 120, 150, 180, 1380, 1440)),
    {
      minLength: 2,
      maxLength: 6,
    },
  )
  .map((cuts) => cuts.sort((a, b) => a - b))
  .map((cuts) =>
    cuts.flatMap((start, index) =>
      index % 2 === 0 && index + 1 < cuts.length ? [{ start, end: cuts[index + 1]! }] : [],
    ),
  );
const weeks = fc.dictionary(fc.constantFrom('0', '1', '2', '3', '4', '5', '6'), dayWindows, {
  minKeys: 1,
});

/** Zones with an instant: around a change of the zone's clocks, or anywhere. */
const places = fc.constantFrom(...zones).chain((timeZone) => {
  const anywhere = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2037, 0) });
  const around = fc
    .tuple(anywhere, fc.integer({ min: -2 * 1440, max: 1440 }))
    .map(([near, minutes]) => {
      const change = Temporal.Instant.fromEpochMilliseconds(near)
        .toZonedDateTimeISO(timeZone)
        .getTimeZoneTransition('next');
      return (change?.epochMilliseconds ?? near) + minutes * minuteMs;
    });
  return fc.record({
    timeZone: fc.constant(timeZone),
    at: fc.oneof(anywhere, around).map((at) => Math.floor(at / minuteMs) * minuteMs),
  });
});

describe('a schedule, compared with the plain enumeration of minutes', () => {
  // `npm run oracle` checks more seeds.
  it('is planned for correctly with holidays and prospects of other zones', () => {
    expect(Array.from({ length: 1_500 }, (_, seed) => violationsOf(seed)).flat()).toEqual([]);
  });

  it('is open exactly in the minutes that the wall clock shows in a window', () => {
    const checked = fc.property(
      weeks,
      places,
      fc.integer({ min: 0, max: minuteMs - 1 }),
      (hours, { timeZone, at }, within) => {
        expect(isOpen({ timeZone, hours: normaliseHours(hours) }, at + within)).toBe(
          openByWall(hours, timeZone, at),
        );
      },
    );
    fc.assert(checked, { numRuns: 20_000 });
  });

  it('opens, closes and adds up as the minutes do', () => {
    const checked = fc.property(
      weeks,
      places,
      fc.integer({ min: 1, max: 400 }),
      (hours, { timeZone, at }, length) => {
        const schedule = { timeZone, hours: normaliseHours(hours) };
        const minutes = Array.from({ length }, (_, index) => at + index * minuteMs);
        const open = minutes.map((minute) => openByWall(hours, timeZone, minute));
        const until = at + length * minuteMs;
        const opens = open.indexOf(true);
        const next = nextOpen(schedule, at);
        if (opens >= 0) expect(next).toBe(minutes[opens]);
        else expect(next === null || next >= until).toBe(true);
        const shut = open[0] ? open.indexOf(false) : 0;
        const closes = closesAt(schedule, at);
        if (shut >= 0) expect(closes).toBe(minutes[shut]);
        else expect(closes === null || closes >= until).toBe(true);
        expect(openMs(schedule, at, until)).toBe(open.filter(Boolean).length * minuteMs);
        const covered = openIntervals(schedule, at, until).flatMap(([from, to]) =>
          minutes.filter((minute) => from <= minute && minute < to),
        );
        expect(covered).toEqual(minutes.filter((_, index) => open[index]));
      },
    );
    fc.assert(checked, { numRuns: 1_500 });
  });

  it('starts days where the calendar date first changes, without gap or return', () => {
    const checked = fc.property(places, ({ timeZone, at }) => {
      const start = dayStart(timeZone, at);
      const next = nextDayStart(timeZone, at);
      const dateAt = (instant: number) => wallClock(timeZone, instant).date;
      expect(start <= at && at < next).toBe(true);
      expect(dateAt(start) > dateAt(start - minuteMs)).toBe(true);
      expect(dateAt(next) > dateAt(next - minuteMs)).toBe(true);
      expect(dateAt(at) <= dateAt(start) && dateAt(next - minuteMs) <= dateAt(start)).toBe(true);
      expect(dayStart(timeZone, next - 1)).toBe(start);
      expect(dayStart(timeZone, next)).toBe(next);
    });
    fc.assert(checked, { numRuns: 5_000 });
  });
});

describe('changes of the clocks', () => {
  const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
  const berlin = (start: number, end: number) => ({
    timeZone: 'Europe/Berlin',
    hours: normaliseHours({ sunday: { start, end } }),
  });

  it('skip a window in the hour that the spring leaves out', () => {
    expect(
      openIntervals(berlin(120, 180), at('2026-03-29T00:00Z'), at('2026-04-06T00:00Z')),
    ).toEqual([[at('2026-04-05T00:00Z'), at('2026-04-05T01:00Z')]]);
  });

  it('open a window twice in the hour that the autumn repeats', () => {
    expect(openMs(berlin(120, 180), at('2026-10-25T00:00Z'), at('2026-10-26T00:00Z'))).toBe(
      120 * minuteMs,
    );
    expect(
      openIntervals(berlin(150, 180), at('2026-10-24T20:00Z'), at('2026-10-26T00:00Z')),
    ).toEqual([
      [at('2026-10-25T00:30Z'), at('2026-10-25T01:00Z')],
      [at('2026-10-25T01:30Z'), at('2026-10-25T02:00Z')],
    ]);
  });

  it('give days of 23 and 25 hours, and no day where Samoa skipped one', () => {
    expect(nextDayStart('Pacific/Apia', at('2011-12-29T23:00-10:00'))).toBe(
      at('2011-12-31T00:00+14:00'),
    );
    const length = (instant: string) =>
      nextDayStart('Europe/Berlin', at(instant)) - dayStart('Europe/Berlin', at(instant));
    expect([
      length('2026-03-29T12:00Z'),
      length('2026-10-25T12:00Z'),
      length('2026-06-01T12:00Z'),
    ]).toEqual([23, 25, 24].map((hours) => hours * 60 * minuteMs));
  });
});

describe('operating hours', () => {
  const refusal = (hours: unknown) =>
    operatingHours
      .safeParse(hours)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  it('are always open as null, {} or a full week', () => {
    const full = Object.fromEntries(
      ['0', '1', '2', '3', '4', '5', '6'].map((day) => [
        day,
        [
          { start: 720, end: 1440 },
          { start: 0, end: 720 },
        ],
      ]),
    );
    for (const hours of [null, {}, full]) {
      const schedule = { timeZone: 'Europe/Berlin', hours: normaliseHours(hours) };
      expect([
        schedule.hours,
        isOpen(schedule, 5),
        nextOpen(schedule, 5),
        closesAt(schedule, 5),
        openIntervals(schedule, 5, 9),
      ]).toEqual([null, true, 5, null, [[5, 9]]]);
    }
  });

  it('never open when every named day is closed', () => {
    const schedule = { timeZone: 'UTC', hours: normaliseHours({ monday: null, tue: [] }) };
    expect([
      isOpen(schedule, 0),
      nextOpen(schedule, 0),
      closesAt(schedule, 0),
      openIntervals(schedule, 0, 9),
    ]).toEqual([false, null, 0, []]);
  });

  it('take days as numbers or names, one window or several, and join them over midnight', () => {
    const night: OperatingHours = {
      Monday: { start: 1200, end: 1440 },
      TUE: [
        { start: 0, end: 300 },
        { start: 300, end: 360 },
      ],
      thurs: null,
    };
    expect(refusal(night)).toEqual([]);
    expect(normaliseHours(night)).toEqual([
      { start: dayMs + 1200 * minuteMs, end: 2 * dayMs + 360 * minuteMs },
    ]);
    expect(normaliseHours({ '2': { start: 0, end: 1 } })).toEqual(
      normaliseHours({ Tuesday: [{ start: 0, end: 1 }] }),
    );
  });

  it.each([
    [{ '7': null }, '"7" is not a weekday'],
    [{ m: null }, '"m" is not a weekday'],
    [{ '1': null, mon: null }, '"mon" and "1" are the same day'],
    [
      {
        fri: [
          { start: 0, end: 60 },
          { start: 59, end: 90 },
        ],
      },
      'The windows of friday overlap',
    ],
    [{ fri: { start: 600, end: 600 } }, 'fri'],
    [{ fri: { start: 1000, end: 1441 } }, 'fri'],
    [{ fri: { start: -1, end: 60 } }, 'fri'],
    [{ fri: { start: 0.5, end: 60 } }, 'fri'],
    [{ fri: '9-17' }, 'fri'],
    [[], 'expected record'],
  ])('refuse %j with the reason', (hours, reason) => {
    expect(refusal(hours).join()).toContain(reason);
  });
});
