import { beforeEach, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../src/domain/time.ts';
import { Expectations, type ExpectedCampaign } from './expectations.ts';
import { personAt } from './people.ts';
import { wallOf } from './zones.ts';

/** A Sunday in Berlin on which 02:00 is 03:00; the window of the campaign is 01:00 to 04:00. */
const night = Date.parse('2026-03-29T00:00:00Z');
const limits = {
  perWeek: null,
  perDay: 3,
  rolling: false,
  perHour: null,
  gapMs: minuteMs,
  rampUp: null,
};
let asked: Expectations;
let sent = 0;

beforeEach(() => {
  asked = new Expectations();
  asked.zone = 'Europe/Berlin';
  asked.senders.set('s', { type: 'email', quiet: [], limits: [{ from: 0, value: limits }] });
  const asks = <T>(value: T) => [{ from: 0, value }];
  asked.campaigns.set('c0', {
    id: 'id',
    type: 'email',
    window: asks({ zone: 'Europe/Berlin', hours: { '0': [{ start: 60, end: 240 }] } }),
    local: false,
    holidays: asks({ dates: [], countries: [] }),
    dailyLimit: asks(2),
    domainLimit: [],
    companyLimit: [],
    guard: [],
    timeout: [],
    dryRun: asks(false),
    quiet: [],
    off: new Map(),
    accountLimits: new Map(),
    gone: new Map(),
  });
});

const judge = (at: number, { to = `p${sent++}@people.test`, tag = 'c0n0' } = {}) => {
  asked.check({ key: `k${sent}-${at}`, to, senderId: 's', at, tag, touch: 'email' });
  return asked.breaches.map((breach) => breach.split(':')[0]);
};

test('what is asked for is no breach', () => {
  expect(judge(night)).toEqual([]);
  expect(judge(night + hourMs)).toEqual([]);
});

test('the same touch for the same person counts as twice from any sender at any time', () => {
  judge(night, { to: 'a@people.test' });
  expect(judge(night + hourMs, { to: 'a@people.test' })).toEqual(['twice']);
});

test('windows are held by the wall clock on the day it changes', () => {
  expect(wallOf(night + hourMs, 'Europe/Berlin').hour).toBe(3);
  expect(judge(night + 2 * hourMs)).toEqual(['outside the hours of Europe/Berlin']);
});

test('limits are held by the day of their own zone, as they stood', () => {
  judge(night);
  judge(night + 10 * minuteMs);
  expect(judge(night + 20 * minuteMs)).toEqual(['3 touches, 2 allowed']);
  asked.breaches.length = 0;
  asked.campaigns.get('c0')!.dailyLimit.push({ from: night + 25 * minuteMs, value: 9 });
  expect(judge(night + 30 * minuteMs)).toEqual(['4 touches, 3 allowed']);
});

test('a rolling limit looks back over midnight', () => {
  asked.senders.set('s', {
    type: 'email',
    quiet: [],
    limits: [{ from: 0, value: { ...limits, rolling: true, perDay: 1 } }],
  });
  asked.campaigns
    .get('c0')!
    .window.unshift({ from: -Infinity, value: { zone: 'UTC', hours: null } });
  asked.campaigns.get('c0')!.window.splice(1);
  judge(night - 2 * hourMs);
  expect(judge(night)).toEqual(['2 touches, 1 allowed']);
});

test('gaps, pauses, removals and suppressions are held from their instants on', () => {
  judge(night);
  expect(judge(night + minuteMs - 1)).toEqual([`${minuteMs - 1} ms from another`]);
  asked.breaches.length = 0;
  const campaign = asked.campaigns.get('c0')!;
  campaign.dailyLimit.push({ from: 0, value: 500 });
  asked.senders.get('s')!.limits.push({ from: 0, value: { ...limits, perDay: 500 } });
  const at = night + 5 * minuteMs;
  campaign.quiet.push({ from: at, value: true });
  campaign.off.set('s', [{ from: at, value: true }]);
  asked.senders.get('s')!.quiet.push({ from: at, value: true });
  asked.suppress('b@people.test', at);
  expect(judge(at - 1, { to: 'b@people.test', tag: 'c0n1' })).toEqual([]);
  expect(judge(at + minuteMs, { to: 'b@people.test', tag: 'c0n2' })).toEqual([
    'while the campaign was paused',
    'while the sender was paused',
    'from a sender that was taken off',
    'after suppression',
  ]);
});

test('what nobody asked for is a breach', () => {
  expect(judge(night, { tag: 'c7n0' })).toEqual(['nobody asked for it']);
});

/** Opens the campaign all day, so that only the settings under test restrict it. */
function open(changes: Partial<ExpectedCampaign>): void {
  const campaign = asked.campaigns.get('c0')!;
  campaign.window = [{ from: 0, value: { zone: 'UTC', hours: null } }];
  campaign.dailyLimit = [{ from: 0, value: 500 }];
  Object.assign(campaign, changes);
  asked.senders.set('s', {
    type: 'email',
    quiet: [],
    limits: [{ from: 0, value: { ...limits, perDay: 500, gapMs: 0 } }],
  });
}

test('hours and holidays go by the clock of the person, where it is known and asked for', () => {
  const hours = { '0': [{ start: 0, end: 720 }] };
  const home = personAt('a3@people.test');
  expect(home.zone).toBe('Asia/Tokyo');
  open({ local: true, window: [{ from: 0, value: { zone: 'UTC', hours } }] });
  expect(judge(night + hourMs, { to: 'a3@people.test' })).toEqual([]);
  expect(judge(night + 4 * hourMs, { to: 'a3@people.test', tag: 'c0n1' })).toEqual([
    'outside the hours of Asia/Tokyo',
  ]);
  expect(judge(night + 4 * hourMs, { to: 'a0@people.test' })).toHaveLength(1);
  asked.breaches.length = 0;
  open({
    local: true,
    holidays: [{ from: 0, value: { dates: ['2026-03-30'], countries: ['DE'] } }],
  });
  expect(judge(night + 16 * hourMs, { to: 'a3@people.test', tag: 'c0n2' })).toEqual([
    'on a holiday in Asia/Tokyo',
  ]);
  expect(judge(Date.parse('2026-04-03T12:00:00Z'), { to: 'b0@people.test' })).toEqual([
    'on a holiday in Asia/Tokyo',
    'on a holiday in UTC',
  ]);
});

test('a domain and a company have a cap a day for all their people', () => {
  open({
    domainLimit: [{ from: 0, value: 2 }],
    companyLimit: [{ from: night + hourMs, value: 1 }],
  });
  expect([personAt('a0@people.test').company, personAt('b1@else.test').company]).toEqual([
    'mill',
    'mill',
  ]);
  judge(night, { to: 'a0@people.test' });
  expect(judge(night + 1, { to: 'a3@people.test' })).toEqual([]);
  expect(judge(night + 2, { to: 'a6@people.test' })).toEqual(['3 touches, 2 allowed']);
  asked.breaches.length = 0;
  judge(night + 2 * hourMs, { to: 'b1@else.test' });
  expect(judge(night + 2 * hourMs, { to: 'b4@else.test' })).toEqual(['2 touches, 1 allowed']);
  expect(judge(night + 26 * hourMs, { to: 'b5@third.test' })).toHaveLength(1);
});

test('a ramp grows by its dates up to the limit of the sender', () => {
  open({});
  asked.zone = 'UTC';
  const rampUp = { start: 1, step: 1, every: 2, from: '2026-03-27' };
  asked.senders.set('s', {
    type: 'email',
    quiet: [],
    limits: [{ from: 0, value: { ...limits, perDay: 3, gapMs: 0, rampUp } }],
  });
  judge(night);
  expect(judge(night + 1)).toEqual([]);
  expect(judge(night + 2)).toEqual(['3 touches, 2 allowed']);
});

test('a dry run delivers nothing, and who was taken off the roster is not written to', () => {
  open({ dryRun: [{ from: 0, value: true }] });
  expect(judge(night, { to: 'a0@people.test' })).toEqual(['in a dry run']);
  open({ dryRun: [{ from: 0, value: false }] });
  asked.enrol('c0', ['a0@people.test'], { from: night + 1, gone: true });
  expect(asked.breaches.at(-1)).toBe(
    'a0@people.test was taken off the roster of c0 although written to',
  );
  asked.breaches.length = 0;
  asked.enrol('c0', ['a1@else.test'], { from: night + 1, gone: true });
  expect(judge(night + 2, { to: 'a1@else.test' })).toEqual(['off the roster']);
  asked.breaches.length = 0;
  asked.enrol('c0', ['a1@else.test'], { from: night + 3, gone: false });
  expect(judge(night + 4, { to: 'a1@else.test', tag: 'c0n1' })).toEqual([]);
});

test('a week has a limit for each type of touch, over its seven days', () => {
  open({});
  asked.senders.set('s', {
    type: 'email',
    quiet: [],
    limits: [{ from: 0, value: { ...limits, perDay: 500, perWeek: 2, gapMs: 0 } }],
  });
  judge(night);
  judge(night + 6 * dayMs);
  asked.check({
    key: 'note',
    to: 'n@people.test',
    senderId: 's',
    at: night + 6 * dayMs,
    tag: 'c0n0',
    touch: 'connection_request',
  });
  expect(asked.breaches).toEqual([]);
  expect(judge(night + 7 * dayMs - 1)).toEqual(['3 touches, 2 allowed']);
  asked.breaches.length = 0;
  expect(judge(night + 15 * dayMs)).toEqual([]);
});

test.each(['a3@people.test', 'https://www.linkedin.com/in/a3', 'a3'])(
  '%s lives where a3 lives',
  (identity) => {
    expect(personAt(identity)).toMatchObject({ company: null, zone: 'Asia/Tokyo' });
  },
);
