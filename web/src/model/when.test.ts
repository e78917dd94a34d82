import { expect, it } from 'vitest';
import { dateText, daysBetween, spanText, stampText, whenText } from './when.ts';

const now = new Date('2026-03-03T08:00:00Z');

it.each([
  ['2026-03-03T08:12:00Z', 'Europe/Berlin', '09:12'],
  // Today in Berlin, tomorrow in Auckland.
  ['2026-03-03T12:30:00Z', 'Pacific/Auckland', 'Wed 01:30'],
  ['2026-03-07T08:12:00Z', 'UTC', 'Sat 08:12'],
  ['2026-03-20T08:12:00Z', 'UTC', 'Fri 20 Mar 08:12'],
  ['2027-01-04T08:12:00Z', 'UTC', 'Mon 4 Jan 2027 08:12'],
])('%s in %s reads %s', (at, zone, text) => {
  expect(whenText(at, now, zone)).toBe(text);
});

it('a date has its year only where it is another one', () => {
  expect(dateText('2026-12-31T23:30:00Z', now, 'Europe/Berlin')).toBe('Fri 1 Jan 2027');
  expect(dateText('2026-12-31T23:30:00Z', now, 'UTC')).toBe('Thu 31 Dec');
  expect(stampText('2026-03-03T08:05:00Z', 'UTC')).toBe('Tue 3 Mar 08:05');
});

it('days are counted by the calendar, over the change of clocks too', () => {
  expect(daysBetween('2026-03-28', '2026-03-31')).toHaveLength(4);
  expect(daysBetween('2026-03-28', '2026-03-28')).toEqual(['2026-03-28']);
});

it.each([
  [45_000, '1 min'],
  [1_200_000, '20 min'],
  [15 * 3_600_000, '15 h'],
  [3 * 86_400_000, '3 d'],
])('%i ms last %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});
