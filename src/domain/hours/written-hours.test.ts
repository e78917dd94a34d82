import { expect, it } from 'vitest';
import { operatingHours } from './schedule.ts';

const nineToFive = { start: 540, end: 1020 };
const read = (given: unknown) => operatingHours.safeParse(given).data;

it.each([
  { monday: { start: '09:00', end: '17:00', enabled: true } },
  { mon: ['09:00-17:00'] },
  { '1': { start: 540, end: 1020 } },
  { Monday: [{ start: '9:00', end: '17:00' }] },
  { mon: '09:00-17:00' },
  { Mo: '9:00 – 17:00' },
  { monday: { open: '09:00', close: '17:00' } },
  { monday: { from: '9am', to: '5 pm' }, sunday: { enabled: false, start: '09:00', end: '17:00' } },
  { monday: [['09:00', '17:00']], tuesday: [] },
  { monday: ['09:00', '17:00'] },
  { monday: { enabled: true, windows: [{ start: '09:00:00', end: '17:00:00' }] } },
  { monday: { slots: ['09:00-17:00'] }, tuesday: false },
  { monday: '9am to 5pm', tuesday: 'closed' },
  [{ day: 'monday', start: '09:00', end: '17:00' }],
  [{ day: 1, startTime: '09:00', endTime: '17:00' }],
  { days: ['mon'], start: '09:00', end: '17:00' },
])('hours on Mondays from nine to five, written as %j', (given) => {
  const open = Object.entries(read(given) ?? {}).filter(([, hours]) => [hours ?? []].flat().length);
  expect(open.map(([day, hours]) => [day, [hours].flat()])).toEqual([['1', [nineToFive]]]);
});

it.each([
  ['weekdays', ['1', '2', '3', '4', '5']],
  ['mon-fri', ['1', '2', '3', '4', '5']],
  ['sat-sun', ['0', '6']],
])('%s stands for the days %j', (name, days) => {
  expect(Object.keys(read({ [name]: '09:00-17:00' }) ?? {})).toEqual(days);
});

it.each([
  ['00:00-24:00', { start: 0, end: 1440 }],
  ['18:00-00:00', { start: 1080, end: 1440 }],
  ['12am-12pm', { start: 0, end: 720 }],
  [true, { start: 0, end: 1440 }],
])('a day that is open %j', (given, hours) => {
  expect(read({ mon: given })).toEqual({ '1': hours });
});

it('several windows of a day stay several', () => {
  expect(read({ mon: '09:00-12:00, 13:00-17:00' })).toEqual({
    '1': [
      { start: 540, end: 720 },
      { start: 780, end: 1020 },
    ],
  });
});

it.each([
  [{ mon: '9-17' }],
  [{ mon: '25:00-26:00' }],
  [{ mon: '17:00-09:00' }],
  [{ mon: '09:00-17:00', '1': '10:00-11:00' }],
  [{ weekdays: '09:00-17:00', friday: '09:00-12:00' }],
  [{ mon: { start: '09:00' } }],
  [{ mon: { start: '09:00', end: '17:00', zone: 'UTC' } }],
  [{ '7': '09:00-17:00' }],
  [{ funday: '09:00-17:00' }],
  [{ timezone: 'Europe/Berlin', mon: '09:00-17:00' }],
  ['09:00-17:00'],
  [[{ start: '09:00', end: '17:00' }]],
])('what nobody can be sure of is refused: %j', (given) => {
  expect(operatingHours.safeParse(given).success).toBe(false);
});
