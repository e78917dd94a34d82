import { expect, it } from 'vitest';
import { limitsOf, startLimits, weeklyLimits } from './sender-limit.ts';

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
