import { expect, it } from 'vitest';
import {
  copyMonday,
  fromWeek,
  isAlways,
  nextWindow,
  openMinutes,
  readTime,
  setDay,
  timeText,
  toWeek,
} from './hours.ts';
import { kindOf, splitValues } from './suppressions.ts';

const nine = { start: 540, end: 1020 };

it('stored hours come back as they were, days in any form', () => {
  const stored = { '1': nine, '2': [nine, { start: 1080, end: 1200 }], '3': null };
  const week = toWeek(stored);
  expect(week.map(({ name }) => name)[0]).toBe('Monday');
  expect(fromWeek(week)).toEqual({
    '1': [nine],
    '2': [nine, { start: 1080, end: 1200 }],
    '3': null,
    '4': null,
    '5': null,
    '6': null,
    '0': null,
  });
});

it('hours that are always open begin as working hours once they are edited', () => {
  expect([null, {}].map(isAlways)).toEqual([true, true]);
  expect(openMinutes(toWeek(null))).toBe(5 * 480);
});

it('Monday goes to the working days and to no other', () => {
  const week = copyMonday(setDay(toWeek({ '6': nine }), '1', [nine]));
  expect(week.filter(({ windows }) => windows.length > 0)).toHaveLength(6);
  expect(week.at(-1)?.windows).toEqual([]);
});

it.each([
  ['00:00', 'start', 0],
  ['00:00', 'end', 1440],
  ['09:30', 'start', 570],
  ['', 'start', null],
  ['9:3', 'end', null],
] as const)('"%s" as %s is minute %s', (text, as, minutes) => {
  expect(readTime(text, as)).toBe(minutes);
});

it('midnight as an end reads 00:00, and a full day takes no further window', () => {
  expect(timeText(1440)).toBe('00:00');
  expect(nextWindow([{ start: 0, end: 1440 }])).toBeNull();
  expect(nextWindow([nine])).toEqual({ start: 1080, end: 1320 });
  expect(nextWindow([])).toEqual(nine);
});

it.each([
  ['eva@example.com', 'email'],
  ['example.com', 'domain'],
  ['https://www.linkedin.com/in/eva', 'linkedin'],
  ['@eva', 'x'],
])('%s is suppressed as %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});

it('values may be apart by anything that people type', () => {
  expect(splitValues(' a@b.c,\n d.org;e.org  \t@f ')).toEqual(['a@b.c', 'd.org', 'e.org', '@f']);
});
