import { expect, it } from 'vitest';
import {
  limitsOf,
  maxPerDay,
  needsUsage,
  noteLimits,
  senderLimits,
  startLimits,
  weeklyLimits,
} from './sender-limit.ts';

const none = { weekly_connection_limit: null, weekly_message_limit: null };

it('a LinkedIn seat has the weekly limits of its kind, free or premium', () => {
  expect(weeklyLimits({ type: 'linkedin', is_premium: false, ...none })).toEqual({
    weekly_connection_limit: 80,
    weekly_message_limit: 100,
  });
  expect(weeklyLimits({ type: 'linkedin', is_premium: true, ...none })).toEqual({
    weekly_connection_limit: 100,
    weekly_message_limit: 150,
  });
});

it("a sender's own weekly limit replaces the one of its type", () => {
  expect(
    weeklyLimits({
      type: 'linkedin',
      is_premium: true,
      weekly_connection_limit: 20,
      weekly_message_limit: null,
    }),
  ).toEqual({
    weekly_connection_limit: 20,
    weekly_message_limit: 150,
  });
});

it('a mailbox has no weekly limits', () => {
  expect(new Set(Object.values(limitsOf({ type: 'email', is_premium: false, ...none })))).toEqual(
    new Set([null]),
  );
  expect(limitsOf({ type: 'linkedin', is_premium: false, ...none })).toMatchObject({
    max_connection_limit: 150,
    recommended_connection_limit: 100,
  });
});

it('an account on X starts with 8 touches an hour', () => {
  expect(startLimits('x')).toEqual({ daily_limit: 192, hourly_limit: 8, min_gap_seconds: 300 });
  expect(startLimits('email')).toEqual({
    daily_limit: 30,
    hourly_limit: null,
    min_gap_seconds: 60,
  });
});

it('notes are limited for seats alone, in number for free ones', () => {
  expect(noteLimits({ type: 'linkedin', is_premium: false })).toEqual({
    perMonth: 5,
    maxLength: 200,
  });
  expect(noteLimits({ type: 'linkedin', is_premium: true })).toEqual({
    perMonth: null,
    maxLength: 300,
  });
  expect(noteLimits({ type: 'email', is_premium: true })).toBeNull();
  expect(['linkedin', 'x', 'email'].map(maxPerDay)).toEqual([200, 1_440, 1_000_000]);
});

const plain = {
  type: 'email',
  is_premium: false,
  ...none,
  daily_limit: 30,
  hourly_limit: null,
  daily_window: 'calendar',
  ramp_up: null,
  daily_budget_mills: null,
};

it('the planner weighs all limits of a sender, each where it has one', () => {
  const unlimited = {
    perHour: null,
    perWeek: {},
    perMonthNotes: null,
    rampUp: null,
    budget: null,
    prices: null,
  };
  expect(senderLimits(plain)).toEqual({ perDay: 30, day: 'calendar', perDayOf: {}, ...unlimited });
  const rampUp = { start: 1, step: 2, every_days: 3, started_on: '2026-03-02' };
  const seat = { ...plain, type: 'linkedin', hourly_limit: 4, daily_window: 'rolling' };
  const { perDayOf, ...limits } = senderLimits({ ...seat, ramp_up: rampUp });
  expect(limits).toEqual({
    perDay: 30,
    day: 'rolling',
    perHour: 4,
    perWeek: { connection_request: 80, message: 100 },
    perMonthNotes: 5,
    rampUp,
    budget: null,
    prices: null,
  });
  expect(senderLimits({ ...plain, weekly_message_limit: 7 }).perWeek).toEqual({ message: 7 });
  expect(senderLimits({ ...plain, weekly_connection_limit: 7 }).perWeek).toEqual({
    connection_request: 7,
  });
  expect(senderLimits({ ...seat, is_premium: true }).perMonthNotes).toBeNull();
});

it.each([
  [{}, false],
  [{ daily_window: 'rolling' }, true],
  [{ hourly_limit: 1 }, true],
  [{ weekly_message_limit: 1 }, true],
])('a sender with %j needs its usage: %s', (limits, needs) => {
  expect(needsUsage(senderLimits({ ...plain, ...limits }))).toBe(needs);
});
