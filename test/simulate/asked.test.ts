import { beforeEach, expect, test } from 'vitest';
import { Asked } from './asked.ts';
import { hour, minute } from './chance.ts';
import { wallOf } from './zones.ts';

/** A Sunday in Berlin on which 02:00 is 03:00; the window of the campaign is 01:00 to 04:00. */
const night = Date.parse('2026-03-29T00:00:00Z');
const limits = { perDay: 3, rolling: false, perHour: null, gapMs: minute };
let asked: Asked;
let sent = 0;

beforeEach(() => {
  asked = new Asked();
  asked.zone = 'Europe/Berlin';
  asked.senders.set('s', { quiet: [], limits: [{ from: 0, value: limits }] });
  asked.campaigns.set('c0', {
    id: 'id',
    window: [{ from: 0, value: { zone: 'Europe/Berlin', hours: { '0': [{ start: 60, end: 240 }] } } }],
    dailyLimit: [{ from: 0, value: 2 }],
    quiet: [],
    off: new Map(),
    accountLimits: new Map(),
  });
});

const judge = (at: number, { to = `p${sent++}@people.test`, tag = 'c0n0' } = {}) => {
  asked.judge({ key: `k${sent}-${at}`, to, senderId: 's', at, tag });
  return asked.breaches.map((breach) => breach.split(':')[0]);
};

test('what is asked for is no breach', () => {
  expect(judge(night)).toEqual([]);
  expect(judge(night + hour)).toEqual([]);
});

test('the same touch for the same person is twice, whoever sends it and when', () => {
  judge(night, { to: 'a@people.test' });
  expect(judge(night + hour, { to: 'a@people.test' })).toEqual(['twice']);
});

test('windows are held by the wall clock on the day it changes', () => {
  expect(wallOf(night + hour, 'Europe/Berlin').hour).toBe(3);
  expect(judge(night + 2 * hour)).toEqual(['outside the hours']);
});

test('limits are held by the day of their own zone, as they stood', () => {
  judge(night);
  judge(night + 10 * minute);
  expect(judge(night + 20 * minute)).toEqual(['3 touches, 2 allowed']);
  asked.breaches.length = 0;
  asked.campaigns.get('c0')!.dailyLimit.push({ from: night + 25 * minute, value: 9 });
  expect(judge(night + 30 * minute)).toEqual(['4 touches, 3 allowed']);
});

test('a rolling limit looks back over midnight', () => {
  asked.senders.set('s', { quiet: [], limits: [{ from: 0, value: { ...limits, rolling: true, perDay: 1 } }] });
  asked.campaigns.get('c0')!.window.unshift({ from: -Infinity, value: { zone: 'UTC', hours: null } });
  asked.campaigns.get('c0')!.window.splice(1);
  judge(night - 2 * hour);
  expect(judge(night)).toEqual(['2 touches, 1 allowed']);
});

test('gaps, pauses, removals and suppressions are held from their instants on', () => {
  judge(night);
  expect(judge(night + minute - 1)).toEqual([`${minute - 1} ms from another`]);
  asked.breaches.length = 0;
  const campaign = asked.campaigns.get('c0')!;
  campaign.dailyLimit.push({ from: 0, value: 500 });
  asked.senders.get('s')!.limits.push({ from: 0, value: { ...limits, perDay: 500 } });
  const at = night + 5 * minute;
  campaign.quiet.push({ from: at, value: true });
  campaign.off.set('s', [{ from: at, value: true }]);
  asked.senders.get('s')!.quiet.push({ from: at, value: true });
  asked.silence('b@people.test', at);
  expect(judge(at - 1, { to: 'b@people.test', tag: 'c0n1' })).toEqual([]);
  expect(judge(at + minute, { to: 'b@people.test', tag: 'c0n2' })).toEqual([
    'while the campaign was paused',
    'while the sender was paused',
    'from a sender that was taken off',
    'after suppression',
  ]);
});

test('what nobody asked for is a breach', () => {
  expect(judge(night, { tag: 'c7n0' })).toEqual(['nobody asked for it']);
});
