import { describe, expect, test } from 'vitest';
import { addDuration, readDuration } from './duration.ts';

describe('a duration', () => {
  test.each([
    ['5 days', 'P5D'],
    ['1 day', 'P1D'],
    ['2h 30m', 'PT2H30M'],
    ['1 week and 2 days', 'P1W2D'],
    ['90s', 'PT90S'],
    ['P1DT12H', 'P1DT12H'],
    ['pt36h', 'PT36H'],
    ['1500', 'PT1.5S'],
    ['250 ms', 'PT0.25S'],
  ])('reads %s as %s', (text, iso) => expect(readDuration(text)?.toString()).toBe(iso));

  test.each([
    '',
    'soon',
    '5 fortnights',
    '5 days 3 days',
    '-1 day',
    'P',
    '1 toString',
    '99999999999999999999 days',
  ])('refuses %j', (text) => expect(readDuration(text)).toBeNull());

  test('adds days by the calendar and hours by the clock where clocks change', () => {
    const before = Date.parse('2026-03-28T11:00:00Z');
    const berlin = (text: string) =>
      new Date(addDuration(before, readDuration(text)!, 'Europe/Berlin')!).toISOString();
    expect(berlin('1 day')).toBe('2026-03-29T10:00:00.000Z');
    expect(berlin('24h')).toBe('2026-03-29T11:00:00.000Z');
  });

  test('has no end when it leads out of the range of instants', () => {
    expect(addDuration(0, readDuration('999999999 days')!, 'UTC')).toBeNull();
  });
});
