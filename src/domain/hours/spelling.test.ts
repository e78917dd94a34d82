import { describe, expect, it } from 'vitest';
import { operatingHours } from './schedule.ts';
import { hoursInWords, readHours, unusualTimes, workingHours } from './spelling.ts';

describe('hours as people write them', () => {
  it.each([
    ['mon-fri 9-17', 'mon-fri 9:00-17:00'],
    ['Monday to Friday 9:00 - 17:00', 'mon-fri 9:00-17:00'],
    ['mon-thu 8:30-12 13-17, fri 9-12', 'mon-thu 8:30-12:00 13:00-17:00, fri 9:00-12:00'],
    ['mon, wed, fri 9am-5pm', 'mon 9:00-17:00, wed 9:00-17:00, fri 9:00-17:00'],
    ['sat-mon 10-12', 'mon 10:00-12:00, sat-sun 10:00-12:00'],
    ['daily 0-24', 'mon-sun 0:00-24:00'],
    ['tue 12am-12pm', 'tue 0:00-12:00'],
    ['always', 'always'],
    ['24/7', 'always'],
  ])('"%s" are understood, and said as "%s"', (text, said) => {
    const hours = readHours(text);
    expect(operatingHours.safeParse(hours).success).toBe(true);
    expect(hoursInWords(hours)).toBe(said);
    expect(readHours(said)).toEqual(hours);
  });

  it.each(['', 'mon-fri', '9-17', 'mon 17-9', 'mon 9-25', 'someday 9-17', 'mon-fri nine to five'])(
    '"%s" are none',
    (text) => expect(readHours(text)).toBeNull(),
  );

  it('are said of any spelling that the API takes', () => {
    expect(hoursInWords(null)).toBe('always');
    expect(hoursInWords({ mon: null })).toBe('never');
    expect(hoursInWords({ '1': { start: 540, end: 1020 }, tuesday: [] })).toBe('mon 9:00-17:00');
  });
});

describe('times at which people do not write', () => {
  it.each([
    [null, ['at night', 'on weekends']],
    [{}, ['at night', 'on weekends']],
    [readHours('daily 9-17'), ['on weekends']],
    [readHours('mon-fri 0-24'), ['at night']],
    [readHours('fri 20-23'), ['at night']],
    [readHours('mon-sat 6-22'), []],
    [workingHours, []],
  ])('of %j are %j', (hours, times) => expect(unusualTimes(hours)).toEqual(times));
});
