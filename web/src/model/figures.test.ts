import { expect, it } from 'vitest';
import { heatRows, heatStep, sumByDay } from './calendar.ts';
import { delayText, funnelOf, progressOf, rateText } from './figures.ts';

const none = {
  total: 0,
  pending: 0,
  sent: 0,
  connection_sent: 0,
  connected: 0,
  message_sent: 0,
  replied: 0,
  bounced: 0,
  completed: 0,
  timed_out: 0,
  cancelled: 0,
  unsubscribed: 0,
  failed: 0,
  skipped: 0,
  contacted: 0,
  answered: 0,
  opened: 0,
  clicked: 0,
  unknown: 0,
  messages_sent: 0,
};

it.each([
  [0, 0, '–'],
  [3, 20, '3 of 20'],
  [3, 49, '3 of 49'],
  [5, 50, '10%'],
  [71, 1_000, '7.1%'],
])('%i of %i is "%s": a rate of few would pretend', (part, of, text) => {
  expect(rateText(part, of)).toBe(text);
});

it('the parts of the progress add up to everybody, who opted out among the ended', () => {
  const stats = {
    ...none,
    total: 100,
    pending: 40,
    sent: 20,
    connected: 5,
    replied: 10,
    bounced: 5,
    completed: 12,
    cancelled: 8,
    unsubscribed: 3,
    skipped: 5,
  };
  const { pending, underway, answered, ended } = progressOf(stats);
  expect(pending + underway + answered + ended).toBe(stats.total);
  expect({ underway, ended }).toEqual({ underway: 25, ended: 25 });
});

it('the pool stands before the first touch, the others where they are', () => {
  const nodes = [
    { id: 'a', type: 'email' },
    { id: 'b', type: 'delay' },
    { id: 'c', type: 'email' },
    { id: 'd', type: 'end' },
  ];
  expect(funnelOf(nodes, { c: { sent: 7, message_sent: 1 } }, 30)).toEqual([
    { id: 'a', before: 30, passed: 8 },
    { id: 'c', before: 8, passed: 0 },
  ]);
});

it('a delay is said by its parts', () => {
  expect(delayText({ delay_days: 1, delay_hours: 4 })).toBe('1 day 4 hours');
  expect(delayText({ delay_days: 0, delay_hours: null })).toBe('at once');
});

it('sums by day have the days without mail, and the table loses none', () => {
  const days = [
    { date: '2026-03-02', sender_id: 'a', sends: 3 },
    { date: '2026-03-02', sender_id: 'b', sends: 2 },
    { date: '2026-03-04', sender_id: 'a', sends: 1 },
  ];
  expect(sumByDay(days).map(({ value }) => value)).toEqual([5, 0, 1]);
  const rows = heatRows(days, ['2026-03-02', '2026-03-03', '2026-03-04']);
  expect(rows.map(({ cells }) => cells)).toEqual([
    [3, 0, 1],
    [2, 0, 0],
  ]);
  expect(rows.reduce((sum, { total }) => sum + total, 0)).toBe(6);
  expect(sumByDay([])).toEqual([]);
});

it('colours have five steps: none for nothing, the last for the most', () => {
  expect([0, 1, 15, 30, 60, 61].map((n) => heatStep(n, 60))).toEqual([0, 1, 1, 2, 4, 4]);
  expect(heatStep(0, 0)).toBe(0);
});
